import { type ChatRequest, type ChatWarning, type Think, toInvalidRequest } from '@lakehouse/chat-core';
import { createNotes, type Notes } from '../notes.js';
import { present } from '../present.js';
import { toMessages } from './input.js';
import { noteParameters } from './parameters.js';
import { type ResponsesRequest, responsesRequestSchema } from './request-schema.js';
import { toToolFields } from './tool-choice.js';
import type { WireTool } from './tool-schema.js';
import { readTools, type ToolBox } from './tools.js';

export interface ParsedResponsesRequest {
  readonly request: ChatRequest;
  readonly stream: boolean;
  /** `parameter` is a path in the body. */
  readonly warnings: readonly ChatWarning[];
  /** The checked body, for the parts of it that an answer echoes. */
  readonly wire: ResponsesRequest;
  readonly tools: ToolBox;
}

const toThink = ({ reasoning }: ResponsesRequest, notes: Notes): Think | undefined => {
  const effort = reasoning?.effort;
  const nearest = (level: 'low' | 'high'): Think => {
    notes.change('reasoning.effort', `${JSON.stringify(effort)} was taken as ${JSON.stringify(level)}`);
    return level;
  };
  switch (effort) {
    case 'none':
      return false;
    case 'minimal':
      return nearest('low');
    case 'xhigh':
    case 'max':
      return nearest('high');
    default:
      return effort ?? undefined;
  }
};

/**
 * The name of a schema is for the caller's eyes, and its `strict` means nothing here: where a provider does not enforce
 * a schema, the answer is checked.
 */
const toFormat = ({ text }: ResponsesRequest): ChatRequest['format'] => {
  const format = text?.format;
  if (format?.type === 'json_schema') return format.schema;
  return format?.type === 'json_object' ? 'json' : undefined;
};

function* toolLists({ tools, input }: ResponsesRequest): Generator<readonly [string, readonly WireTool[]]> {
  yield ['tools', tools ?? []];
  if (typeof input === 'string') return;
  for (const [index, item] of input.entries()) {
    if (item.type === 'additional_tools') yield [`input[${index}].tools`, item.tools];
  }
}

/**
 * Reads the body of `POST /v1/responses`. `provider_options` is taken beyond the protocol. Throws `invalid-request` or
 * `unsupported` with the `path` of the field.
 */
export const parseResponsesRequest = (body: unknown): ParsedResponsesRequest => {
  const result = responsesRequestSchema.safeParse(body);
  if (!result.success) throw toInvalidRequest(result.error);
  const wire = result.data;
  const notes = createNotes();
  noteParameters(wire, notes);
  const tools = readTools(toolLists(wire), notes);
  const request: ChatRequest = {
    model: wire.model,
    messages: toMessages(wire, notes),
    ...present({
      temperature: wire.temperature,
      topP: wire.top_p,
      maxTokens: wire.max_output_tokens,
      format: toFormat(wire),
      think: toThink(wire, notes),
      parallelToolCalls: wire.parallel_tool_calls,
      providerOptions: wire.provider_options,
    }),
    ...toToolFields(wire.tool_choice, tools),
  };
  return { request, stream: wire.stream ?? false, warnings: notes.list(), wire, tools };
};
