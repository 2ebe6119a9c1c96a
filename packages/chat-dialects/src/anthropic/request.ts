import { type ChatRequest, type ChatWarning, toInvalidRequest } from '@lakehouse/chat-core';
import { createNotes, type Notes } from '../notes.js';
import { present } from '../present.js';
import { fromMessage, fromSystem } from './messages.js';
import { reportOthers } from './other-parameters.js';
import { type AnthropicRequest, anthropicRequestSchema } from './request-schema.js';
import { toThink, wantsThinking } from './thinking.js';
import { toToolRequest } from './tools.js';

interface ParsedAnthropicRequest {
  readonly request: ChatRequest;
  /** Whether the caller wants server-sent events. */
  readonly stream: boolean;
  /** Whether the answer may hold thinking blocks. */
  readonly thinking: boolean;
  readonly warnings: readonly ChatWarning[];
}

const toRequest = (body: AnthropicRequest, notes: Notes): ChatRequest => ({
  model: body.model,
  messages: [
    ...fromSystem(body.system),
    ...body.messages.flatMap((message, index) => fromMessage(message, `messages[${index}]`, notes)),
  ],
  maxTokens: body.max_tokens,
  ...present({
    temperature: body.temperature,
    topP: body.top_p,
    topK: body.top_k,
    stop: body.stop_sequences,
    format: body.output_config?.format?.schema ?? body.output_format?.schema,
    think: toThink(body, notes),
  }),
  ...toToolRequest(body, notes),
});

/**
 * Reads the body of `POST /v1/messages`. Throws `invalid-request` with the path of the wrong field, or `unsupported` for
 * what the answer would be wrong without. Unknown fields are ignored: clients add some with every version.
 */
export const parseAnthropicRequest = (json: unknown): ParsedAnthropicRequest => {
  const result = anthropicRequestSchema.safeParse(json);
  if (!result.success) throw toInvalidRequest(result.error);
  const notes = createNotes();
  reportOthers(result.data, notes);
  return {
    request: toRequest(result.data, notes),
    stream: result.data.stream ?? false,
    thinking: wantsThinking(result.data),
    warnings: notes.list(),
  };
};
