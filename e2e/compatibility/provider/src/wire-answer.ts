import {
  ChatError,
  type FinishReason,
  type JsonObject,
  type ProviderMetadata,
  type ResponseEnd,
  type Usage,
} from '@lakehouse/chat-core';
import { z } from 'zod';
import { pluginName } from './options.js';

const text = z.string().nullish();
const count = z.number().nullish();

const lineSchema = z.object({
  id: text,
  text,
  thinking: text,
  seal: text,
  calls: z.array(z.object({ id: text, name: text, arguments: text, seal: text })).nullish(),
  error: z.unknown().optional(),
  done: text,
  counts: z.object({ in: count, cached: count, out: count, thought: count, usd: count }).nullish(),
  thread: text,
  depot: text,
});

/** One line of an answer, or all of it. */
export type Line = z.infer<typeof lineSchema>;

/** Reads what the upstream sent with `schema`; throws `bad-response` where it does not fit. */
export const readAs = <Value>(schema: z.ZodType<Value>, value: unknown, provider: string): Value => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ChatError('bad-response', `${provider} sent an answer in another form`, { provider });
};

export const readLine = (value: unknown, provider: string): Line => readAs(lineSchema, value, provider);

/** The fields that the upstream sent, under the plugin's name; undefined when there is none. */
export const toMetadata = (
  fields: Readonly<Record<string, string | null | undefined>>,
): ProviderMetadata | undefined => {
  const sent = Object.entries(fields).filter(([, value]) => typeof value === 'string');
  return sent.length === 0 ? undefined : { [pluginName]: Object.fromEntries(sent) as JsonObject };
};

const finishReasons: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  calls: 'tool_calls',
  refused: 'content_filter',
};

/** The upstream counts what came from its cache as input, and thinking as output: the buckets are disjoint. */
const toUsage = ({ counts }: Line): Usage | undefined => {
  const { in: all, cached, out, thought, usd } = counts ?? {};
  const usage = {
    ...(typeof all === 'number' && { input: Math.max(0, all - (cached ?? 0)) }),
    ...(typeof cached === 'number' && { cacheRead: cached }),
    ...(typeof out === 'number' && { output: Math.max(0, out - (thought ?? 0)) }),
    ...(typeof thought === 'number' && { reasoning: thought }),
    ...(typeof usd === 'number' && { costUsd: usd }),
  };
  return Object.keys(usage).length === 0 ? undefined : usage;
};

/** What the last line says of the answer. */
export const toEnd = (line: Line, done: string): Omit<ResponseEnd, 'type' | 'warnings'> => {
  const finishReason = finishReasons[done] ?? 'other';
  const usage = toUsage(line);
  const providerMetadata = toMetadata({ thread: line.thread });
  const providerDetails = toMetadata({ depot: line.depot });
  return {
    finishReason,
    ...(finishReason !== done && { rawFinishReason: done }),
    ...(usage && { usage }),
    ...(providerMetadata && { providerMetadata }),
    ...(providerDetails && { providerDetails }),
  };
};
