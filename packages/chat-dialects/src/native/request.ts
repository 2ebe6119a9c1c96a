import {
  ChatError,
  type ChatRequest,
  type ChatWarning,
  type Tool,
  toInvalidRequest,
} from '@lakehouse/chat-core';
import { closest, distance } from 'fastest-levenshtein';
import { present } from '../present.js';
import { type UnknownField, visitUnknownFields } from '../unknown-fields.js';
import { toMessage } from './messages.js';
import { type NativeRequest, type NativeTool, nativeRequestSchema } from './request-schema.js';

/** What the body of `POST /v1/chat` asks for. */
export interface ParsedNativeRequest {
  /** What is asked of the model. */
  readonly request: ChatRequest;
  /** Whether the caller wants server-sent events. */
  readonly stream: boolean;
  /** One for each unknown field; `parameter` is its path in the body. */
  readonly warnings: readonly ChatWarning[];
}

/** More unknown fields than these are only counted, so that a hostile body cannot make an answer of any size. */
const mostWarnings = 16;

const fieldNames = Object.keys(nativeRequestSchema.shape);

const suggestion = ({ name, top }: UnknownField): string => {
  if (!top || name.length > 40) return '';
  const nearest = closest(name.toLowerCase(), fieldNames);
  return distance(name.toLowerCase(), nearest) <= 2 ? `; did you mean "${nearest}"?` : '';
};

const reportUnknown = (body: unknown, checked: NativeRequest): ChatWarning[] => {
  const warnings: ChatWarning[] = [];
  let more = 0;
  visitUnknownFields(body, checked, (field) => {
    const named = `unknown field ${JSON.stringify(field.path)}`;
    if (checked.strict === true) {
      throw new ChatError('unsupported', `${named}${suggestion(field)}`, { path: field.path });
    }
    if (warnings.length === mostWarnings) more += 1;
    else {
      const message = `${named} was ignored${suggestion(field)}`;
      warnings.push({ code: 'parameter-dropped', parameter: field.path, message });
    }
  });
  if (more > 0) {
    warnings.push({ code: 'parameter-dropped', message: `${more} more unknown fields were ignored` });
  }
  return warnings;
};

/** What no provider could make sense of. */
const assertSense = ({ tools, tool_choice: choice }: NativeRequest): void => {
  if (choice == null || choice === 'auto' || choice === 'none') return;
  const names = (tools ?? []).map((tool) => tool.function.name);
  if (choice === 'required') {
    if (names.length > 0) return;
    throw new ChatError('invalid-request', 'tool_choice: "required" needs at least one tool in tools', {
      path: 'tool_choice',
    });
  }
  const { name } = choice.function;
  if (names.includes(name)) return;
  const path = 'tool_choice.function.name';
  throw new ChatError('invalid-request', `${path}: there is no tool ${JSON.stringify(name)} in tools`, {
    path,
  });
};

const toTool = ({ function: { name, description, parameters, strict } }: NativeTool): Tool => ({
  name,
  ...present({ description, parameters, strict }),
});

/** Member by member: this is done for each request, and nearly all of them have only a few. */
const toRequest = (wire: NativeRequest): ChatRequest => {
  const request: { -readonly [Name in keyof ChatRequest]: ChatRequest[Name] } = {
    model: wire.model,
    messages: wire.messages.map(toMessage),
  };
  const { stop, tool_choice: choice } = wire;
  if (wire.temperature != null) request.temperature = wire.temperature;
  if (wire.top_p != null) request.topP = wire.top_p;
  if (wire.top_k != null) request.topK = wire.top_k;
  if (wire.seed != null) request.seed = wire.seed;
  if (stop != null) request.stop = typeof stop === 'string' ? [stop] : stop;
  if (wire.max_tokens != null) request.maxTokens = wire.max_tokens;
  if (wire.presence_penalty != null) request.presencePenalty = wire.presence_penalty;
  if (wire.frequency_penalty != null) request.frequencyPenalty = wire.frequency_penalty;
  if (wire.format != null) request.format = wire.format;
  if (wire.think != null) request.think = wire.think;
  if (wire.tools != null) request.tools = wire.tools.map(toTool);
  if (choice != null)
    request.toolChoice = typeof choice === 'object' ? { name: choice.function.name } : choice;
  if (wire.parallel_tool_calls != null) request.parallelToolCalls = wire.parallel_tool_calls;
  if (wire.strict != null) request.strict = wire.strict;
  if (wire.provider_options != null) request.providerOptions = wire.provider_options;
  return request;
};

/**
 * Reads the body of `POST /v1/chat`. Throws `invalid-request` with the `path` of the wrong field in wire names.
 * Unknown fields are warnings; with `strict: true` the first one throws `unsupported`.
 */
export const parseNativeRequest = (json: unknown): ParsedNativeRequest => {
  const result = nativeRequestSchema.safeParse(json);
  if (!result.success) throw toInvalidRequest(result.error);
  assertSense(result.data);
  return {
    request: toRequest(result.data),
    stream: result.data.stream ?? false,
    warnings: reportUnknown(json, result.data),
  };
};
