import {
  type ChatRequest,
  type ChatWarning,
  listOf,
  providerMetadataSchema,
  type Think,
  toInvalidRequest,
} from '@lakehouse/chat-core';
import { z } from 'zod';
import { createNotes, type Notes } from '../notes.js';
import { present } from '../present.js';
import { responseFormatSchema, toFormat } from './format.js';
import { messageSchema } from './message-schema.js';
import { toMessage } from './messages.js';
import { otherParameters, reportOtherParameters } from './parameters.js';
import { toolChoiceSchema, toolsSchema, toToolFields } from './tools.js';

const stopText = z.string().min(1, 'expected a text that is not empty');
const tokenLimit = z.int().min(1).nullish();

/** The body of `POST /v1/chat/completions`. `null` means left out; unknown fields are ignored: clients add some every week. */
export const openaiRequestSchema = z.object(
  {
    ...otherParameters,
    model: z
      .string()
      .min(1, 'expected the name of a model or a tier')
      .max(512, 'expected a name of at most 512 characters'),
    messages: listOf(messageSchema, { least: 1 }),
    temperature: z.number().min(0).nullish(),
    top_p: z.number().min(0).max(1).nullish(),
    top_k: z.int().min(0).nullish(),
    seed: z.int().nullish(),
    stop: z.union([stopText, listOf(stopText)], 'expected a string or a list of strings').nullish(),
    max_tokens: tokenLimit,
    max_completion_tokens: tokenLimit,
    presence_penalty: z.number().min(-2).max(2).nullish(),
    frequency_penalty: z.number().min(-2).max(2).nullish(),
    response_format: responseFormatSchema.nullish(),
    reasoning_effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).nullish(),
    tools: toolsSchema.nullish(),
    tool_choice: toolChoiceSchema.nullish(),
    parallel_tool_calls: z.boolean().nullish(),
    stream: z.boolean().nullish(),
    stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
    provider_options: providerMetadataSchema.nullish(),
  },
  { error: 'expected a JSON object' },
);

type Body = z.output<typeof openaiRequestSchema>;

export interface ParsedOpenaiRequest {
  readonly request: ChatRequest;
  readonly stream: boolean;
  /** Whether a stream tells its usage, in a chunk without choices: some clients fail over one that they did not ask for. */
  readonly includeUsage: boolean;
  /** `parameter` is a path in the body. */
  readonly warnings: readonly ChatWarning[];
}

const toThink = (effort: Body['reasoning_effort'], notes: Notes): Think | undefined => {
  const sentAs = (nearest: 'low' | 'high'): Think => {
    notes.change(
      'reasoning_effort',
      `"${effort}" was sent as "${nearest}", which is the nearest that there is`,
    );
    return nearest;
  };
  switch (effort) {
    case 'none':
      return false;
    case 'minimal':
      return sentAs('low');
    case 'xhigh':
    case 'max':
      return sentAs('high');
    default:
      return effort ?? undefined;
  }
};

/** `max_completion_tokens` is the newer name, and goes before the other. */
const toMaxTokens = (
  { max_tokens: older, max_completion_tokens: newer }: Body,
  notes: Notes,
): number | undefined => {
  if (older != null && newer != null && older !== newer)
    notes.drop('max_tokens', 'max_completion_tokens goes before it');
  return newer ?? older ?? undefined;
};

const toStop = (stop: Body['stop']): readonly string[] | undefined => {
  const texts = typeof stop === 'string' ? [stop] : (stop ?? []);
  return texts.length === 0 ? undefined : texts;
};

const toRequest = (body: Body, notes: Notes): ChatRequest => ({
  model: body.model,
  messages: body.messages.map((message, index) => toMessage(message, `messages[${index}]`, notes)),
  ...toToolFields(body.tools, body.tool_choice),
  ...present({
    temperature: body.temperature,
    topP: body.top_p,
    topK: body.top_k,
    seed: body.seed,
    stop: toStop(body.stop),
    maxTokens: toMaxTokens(body, notes),
    presencePenalty: body.presence_penalty,
    frequencyPenalty: body.frequency_penalty,
    format: toFormat(body.response_format, notes),
    think: toThink(body.reasoning_effort, notes),
    parallelToolCalls: body.parallel_tool_calls,
    providerOptions: body.provider_options,
  }),
});

/**
 * Reads the body of `POST /v1/chat/completions`. `top_k` and `provider_options` are taken beyond the protocol. Throws
 * `invalid-request` or `unsupported` with the `path` of the field.
 */
export const parseOpenaiRequest = (body: unknown): ParsedOpenaiRequest => {
  const result = openaiRequestSchema.safeParse(body);
  if (!result.success) throw toInvalidRequest(result.error);
  const notes = createNotes();
  reportOtherParameters(result.data, notes);
  return {
    request: toRequest(result.data, notes),
    stream: result.data.stream ?? false,
    includeUsage: result.data.stream_options?.include_usage ?? false,
    warnings: notes.list(),
  };
};
