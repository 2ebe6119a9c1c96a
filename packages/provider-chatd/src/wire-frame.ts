import type { ChatEvent, ChatWarning } from '@lakehouse/chat-core';
import { listOf, providerMetadataSchema } from '@lakehouse/chat-core';
import { readObject } from '@lakehouse/provider-utils';
import { z } from 'zod';
import { type AnswerEnd, readEnd } from './wire-end.js';
import { toWarnings, warningSchema } from './wire-warnings.js';

/** One object of a stream. */
export type Frame =
  | { readonly type: 'start'; readonly id: string | undefined; readonly warnings: readonly ChatWarning[] }
  | { readonly type: 'content'; readonly event: ChatEvent }
  | { readonly type: 'end'; readonly end: AnswerEnd }
  | { readonly type: 'error'; readonly error: unknown }
  /** Of a later version. */
  | { readonly type: 'unknown' };

const typed = z.object({ type: z.string() });
const start = z.object({ id: z.string().nullish(), warnings: listOf(warningSchema).nullish() });
const text = z.object({ delta: z.string() });
const reasoning = z.object({ delta: z.string(), signature: z.string().nullish() });
const call = z.object({
  index: z.int().min(0),
  id: z.string().nullish(),
  name: z.string().nullish(),
  arguments_delta: z.string().nullish(),
  provider_metadata: providerMetadataSchema.nullish(),
});

const readCall = (value: unknown, provider: string): ChatEvent => {
  const {
    index,
    id,
    name,
    arguments_delta: argumentsDelta,
    provider_metadata: metadata,
  } = readObject(call, value, provider);
  return {
    type: 'tool-call-delta',
    index,
    ...(id != null && { id }),
    ...(name != null && { name }),
    ...(argumentsDelta != null && { argumentsDelta }),
    ...(metadata && { providerMetadata: metadata }),
  };
};

/** Reads one object of a stream. Throws `bad-response`. */
export const readFrame = (value: unknown, provider: string): Frame => {
  switch (readObject(typed, value, provider).type) {
    case 'response_start': {
      const { id, warnings } = readObject(start, value, provider);
      return { type: 'start', id: id ?? undefined, warnings: toWarnings(warnings) };
    }
    case 'text_delta':
      return {
        type: 'content',
        event: { type: 'text-delta', delta: readObject(text, value, provider).delta },
      };
    case 'reasoning_delta': {
      const { delta, signature } = readObject(reasoning, value, provider);
      return {
        type: 'content',
        event: { type: 'reasoning-delta', delta, ...(signature != null && { signature }) },
      };
    }
    case 'tool_call_delta':
      return { type: 'content', event: readCall(value, provider) };
    case 'response_end':
      return { type: 'end', end: readEnd(value, provider) };
    case 'error':
      return { type: 'error', error: (value as { readonly error?: unknown }).error };
    default:
      return { type: 'unknown' };
  }
};
