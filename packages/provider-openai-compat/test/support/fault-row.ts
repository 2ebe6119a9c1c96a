import type { ChatError, ErrorCode } from '@lakehouse/chat-core';

/** OpenAI's form of an error body. */
export const error = (message: string, more: object = {}) => ({ error: { message, ...more } });
/** Server and fault, status, body, and what it comes to. */
export type Row = readonly [
  name: string,
  status: number,
  body: unknown,
  expected: Partial<ChatError> & { code: ErrorCode },
];
