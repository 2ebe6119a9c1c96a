import type { ChatRequest, Tool } from '@lakehouse/chat-core';
import { refuse, reject } from '../notes.js';
import type { WireToolChoice } from './tool-schema.js';
import { type ToolBox, toModelName } from './tools.js';

type AllowedTools = Extract<WireToolChoice, { type: 'allowed_tools' }>;

const requireAny = (tools: readonly Tool[], incomplete: boolean, path: string): void => {
  if (tools.length > 0) return;
  if (incomplete) refuse(path, '"required" needs at least one tool of type "function" or "custom" in tools');
  reject(path, '"required" needs at least one tool in tools');
};

const pick = (box: ToolBox, name: string, path: string): Tool =>
  box.tools.find((tool) => tool.name === name) ??
  reject(path, `there is no tool ${JSON.stringify(name)} in tools`);

/** Only some tools may be called: the model is told of no others. */
const readAllowed = (choice: AllowedTools, box: ToolBox): Pick<ChatRequest, 'tools' | 'toolChoice'> => {
  const tools = choice.tools.flatMap(({ type, name, namespace }, index) =>
    (type === 'function' || type === 'custom') && name != null
      ? [pick(box, toModelName(name, namespace), `tool_choice.tools[${index}].name`)]
      : [],
  );
  const incomplete = tools.length < choice.tools.length;
  if (choice.mode === 'required') requireAny(tools, incomplete, 'tool_choice.tools');
  return tools.length === 0 ? {} : { tools, toolChoice: choice.mode };
};

/** The tools of a request and the choice among them. Throws `unsupported` where a tool is forced that cannot be had. */
export const toToolFields = (
  choice: WireToolChoice | null | undefined,
  box: ToolBox,
): Pick<ChatRequest, 'tools' | 'toolChoice'> => {
  const { tools } = box;
  if (typeof choice === 'string' || choice == null) {
    if (choice === 'required') requireAny(tools, box.incomplete, 'tool_choice');
    // Some upstreams refuse a choice where there is nothing to choose from, and Codex always sends one.
    return tools.length === 0 ? {} : { tools, ...(choice != null && { toolChoice: choice }) };
  }
  switch (choice.type) {
    case 'allowed_tools':
      return readAllowed(choice, box);
    case 'other':
      return refuse(
        'tool_choice.type',
        `${JSON.stringify(choice.named)} is not supported; expected "function", "custom" or "allowed_tools"`,
      );
    default: {
      const { name } = pick(box, toModelName(choice.name, choice.namespace), 'tool_choice.name');
      return { tools, toolChoice: { name } };
    }
  }
};
