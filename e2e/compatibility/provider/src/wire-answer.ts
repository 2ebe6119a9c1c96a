import { ChatError, type FinishReason, type Usage } from '@lakehouse/chat-core';
import { z } from 'zod';

const lineSchema = z.object({
  text: z.string().nullish(),
  thinking: z.string().nullish(),
  calls: z
    .array(
      z.object({ id: z.string().nullish(), name: z.string().nullish(), arguments: z.string().nullish() }),
    )
    .nullish(),
  error: z.unknown().optional(),
  done: z.string().nullish(),
  counts: z.object({ in: z.number().nullish(), out: z.number().nullish() }).nullish(),
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

const finishReasons: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  calls: 'tool_calls',
};

export const toFinish = (done: string): { finishReason: FinishReason; rawFinishReason?: string } => {
  const finishReason = finishReasons[done] ?? 'other';
  return finishReason === done ? { finishReason } : { finishReason, rawFinishReason: done };
};

export const toUsage = ({ counts }: Line): Usage | undefined => {
  const usage = {
    ...(typeof counts?.in === 'number' && { input: counts.in }),
    ...(typeof counts?.out === 'number' && { output: counts.out }),
  };
  return Object.keys(usage).length === 0 ? undefined : usage;
};

export const modelsSchema = z.object({
  models: z.array(z.object({ name: z.string(), window: z.number().nullish() })),
});

export const vectorsSchema = z.object({ vectors: z.array(z.array(z.number())) });
