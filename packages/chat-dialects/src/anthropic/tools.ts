import { ChatError, type ChatRequest, type Tool } from '@lakehouse/chat-core';
import type { Notes } from '../notes.js';
import { present } from '../present.js';
import type { AnthropicRequest } from './request-schema.js';

type WireTool = NonNullable<AnthropicRequest['tools']>[number];
type WireChoice = NonNullable<AnthropicRequest['tool_choice']>;
type ToolRequest = Pick<ChatRequest, 'tools' | 'toolChoice' | 'parallelToolCalls'>;

const toTool = (tool: Extract<WireTool, { type: 'custom' }>): Tool => ({
  name: tool.name,
  ...present({ description: tool.description, parameters: tool.input_schema, strict: tool.strict }),
});

const refused = (code: 'invalid-request' | 'unsupported', path: string, problem: string): ChatError =>
  new ChatError(code, `${path}: ${problem}`, { path });

/** A forced call must be possible, or the answer would not be the one that was asked for. */
const assertPossible = (choice: WireChoice, own: readonly Tool[], given: readonly WireTool[]): void => {
  if (choice.type === 'any' && own.length === 0) {
    if (given.length > 0) throw refused('unsupported', 'tool_choice', 'server tools cannot be forced');
    throw refused('invalid-request', 'tool_choice', '"any" needs at least one tool in tools');
  }
  if (choice.type !== 'tool' || own.some(({ name }) => name === choice.name)) return;
  const name = JSON.stringify(choice.name);
  if (given.some((tool) => tool.name === choice.name)) {
    throw refused('unsupported', 'tool_choice.name', `the server tool ${name} cannot be forced`);
  }
  throw refused('invalid-request', 'tool_choice.name', `there is no tool ${name} in tools`);
};

const toChoice = (choice: WireChoice): ToolRequest['toolChoice'] => {
  switch (choice.type) {
    case 'any':
      return 'required';
    case 'tool':
      return { name: choice.name };
    default:
      return choice.type;
  }
};

/**
 * Tools and what is said of their use. A tool with a type of its own is run by Anthropic's servers or is known to its
 * models only; it is left out and reported, and refused as `unsupported` when its call is forced.
 */
export const toToolRequest = (
  { tools, tool_choice: choice }: Pick<AnthropicRequest, 'tools' | 'tool_choice'>,
  notes: Notes,
): ToolRequest => {
  const given = tools ?? [];
  const own: Tool[] = [];
  for (const [index, tool] of given.entries()) {
    if (tool.type === 'custom') own.push(toTool(tool));
    else notes.drop(`tools[${index}]`, `tools of type ${JSON.stringify(tool.serverType)} are not run here`);
  }
  if (choice) assertPossible(choice, own, given);
  if (own.length === 0) return {}; // a choice among no tools is an error to some upstreams
  if (!choice) return { tools: own };
  const single = choice.type === 'none' ? undefined : choice.disable_parallel_tool_use;
  return {
    tools: own,
    ...present({ toolChoice: toChoice(choice), parallelToolCalls: single == null ? undefined : !single }),
  };
};
