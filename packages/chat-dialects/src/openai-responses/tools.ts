import type { Tool } from '@lakehouse/chat-core';
import { type Notes, reject } from '../notes.js';
import { present } from '../present.js';
import type { WireCustomTool, WireFunctionTool, WireTool } from './tool-schema.js';

/** How the caller knows a tool. */
export interface ToolIdentity {
  readonly kind: 'function' | 'custom';
  readonly name: string;
  readonly namespace?: string;
}

/** The tools of a request, as the model sees them, and as the caller wrote them. */
export interface ToolBox {
  readonly tools: readonly Tool[];
  /** What was offered, as an answer echoes it. */
  readonly echo: readonly object[];
  /** Whether tools were left out that the caller wanted. */
  readonly incomplete: boolean;
  /** The caller's words for the tool that the model calls by this name. */
  identify(name: string): ToolIdentity;
}

/**
 * The name that a model has for a function in a namespace: models know no namespaces. Those of Codex' MCP servers end
 * with underscores.
 */
export const toModelName = (name: string, namespace: string | null | undefined): string => {
  if (namespace == null || namespace === '') return name;
  return namespace.endsWith('__') ? `${namespace}${name}` : `${namespace}__${name}`;
};

/** The one argument of a custom tool, which takes text where functions take JSON. */
const customParameters = {
  type: 'object',
  properties: { input: { type: 'string', description: 'The input of this tool, as plain text' } },
  required: ['input'],
  additionalProperties: false,
} as const;

/** A grammar cannot be enforced, but the model can be shown it. */
const describeCustom = ({ description, format }: WireCustomTool): string | undefined => {
  if (format?.definition == null) return description ?? undefined;
  const grammar = `The input follows this ${format.syntax ?? ''} grammar:\n${format.definition}`;
  return description ? `${description}\n\n${grammar}` : grammar;
};

class ToolReader {
  readonly tools: Tool[] = [];
  readonly echo: object[] = [];
  readonly identities = new Map<string, ToolIdentity>();
  readonly #notes: Notes;
  incomplete = false;

  constructor(notes: Notes) {
    this.#notes = notes;
  }

  read(tool: WireTool, path: string): void {
    switch (tool.type) {
      case 'function':
      case 'custom':
        if (this.#readCallable(tool, path, undefined)) this.echo.push(toEcho(tool));
        break;
      case 'namespace': {
        const offered: object[] = [];
        for (const [index, inner] of tool.tools.entries()) {
          const innerPath = `${path}.tools[${index}]`;
          if (inner.type === 'other') this.#leaveOut(inner.named, innerPath);
          else if (this.#readCallable(inner, innerPath, tool.name)) offered.push(toEcho(inner));
        }
        this.echo.push({ type: 'namespace', name: tool.name, tools: offered });
        break;
      }
      case 'other':
        this.#leaveOut(tool.named, path);
        break;
    }
  }

  #leaveOut(type: string, path: string): void {
    this.incomplete = true;
    this.#notes.drop(
      path,
      `tools of type ${JSON.stringify(type)} run nowhere here; only the caller's own do`,
    );
  }

  /** Whether it is one to offer: some clients give a tool twice, and upstreams refuse that. */
  #readCallable(
    tool: WireFunctionTool | WireCustomTool,
    path: string,
    namespace: string | undefined,
  ): boolean {
    const name = toModelName(tool.name, namespace);
    const other = this.identities.get(name);
    if (other && (other.name !== tool.name || other.kind !== tool.type)) {
      reject(
        `${path}.name`,
        `the model could not tell it from another tool that it knows as ${JSON.stringify(name)}`,
      );
    }
    if (other) {
      this.#notes.drop(path, `there is a tool ${JSON.stringify(name)} before it`);
      return false;
    }
    this.identities.set(name, { kind: tool.type, name: tool.name, ...present({ namespace }) });
    if (tool.type === 'custom') {
      if (tool.format?.definition != null) {
        this.#notes.change(`${path}.format`, 'the grammar is told to the model, but not enforced');
      }
      this.tools.push({
        name,
        ...present({ description: describeCustom(tool) }),
        parameters: customParameters,
      });
    } else {
      const { description, parameters, strict } = tool;
      this.tools.push({ name, ...present({ description, parameters, strict }) });
    }
    return true;
  }
}

const toEcho = (tool: WireFunctionTool | WireCustomTool): object =>
  tool.type === 'custom'
    ? { ...tool, description: tool.description ?? '', format: tool.format ?? { type: 'text' } }
    : {
        ...tool,
        description: tool.description ?? null,
        parameters: tool.parameters ?? null,
        strict: tool.strict ?? null,
      };

/**
 * Reads tools that stand at several places. Functions in a namespace get a name that says so, and custom tools become
 * functions of one text; `identify` leads back. Types that a server would run are left out with a warning.
 */
export const readTools = (
  lists: Iterable<readonly [path: string, tools: readonly WireTool[]]>,
  notes: Notes,
): ToolBox => {
  const reader = new ToolReader(notes);
  for (const [path, tools] of lists) {
    for (const [index, tool] of tools.entries()) reader.read(tool, `${path}[${index}]`);
  }
  const { tools, echo, incomplete, identities } = reader;
  return {
    tools,
    echo,
    incomplete,
    identify: (name) => identities.get(name) ?? { kind: 'function', name },
  };
};
