import { ChatError } from '@lakehouse/chat-core';
import type { z } from 'zod';

/** Reads an object by its schema; throws `bad-response` naming the member that is wrong, never its value. */
export const readObject = <Shape extends z.ZodType>(
  schema: Shape,
  value: unknown,
  provider: string,
): z.infer<Shape> => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const member = result.error.issues[0]?.path.join('.') || 'the top';
  throw new ChatError('bad-response', `${provider} sent an answer of an unknown shape, at ${member}`, {
    provider,
  });
};
