import type { ChatError } from '@lakehouse/chat-core';
import { type FaultContext, toHttpError, type UpstreamResponse } from '../../src/index.js';

const answered = (status: number, body: unknown, headers: Record<string, string> = {}): UpstreamResponse => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return {
    status,
    headers,
    mediaType: '',
    body: (async function* () {
      yield Buffer.from(text);
    })(),
    text: () => Promise.resolve(text),
    json: () => Promise.resolve(JSON.parse(text) as unknown),
    discard: () => undefined,
  };
};

/** The error of a status and a body: an object stands for its JSON. */
export const httpError = (
  status: number,
  body: unknown,
  context: Partial<FaultContext> & { readonly headers?: Record<string, string> } = {},
): Promise<ChatError> =>
  toHttpError(answered(status, body, context.headers), { provider: 'example', ...context });

/** An error body in OpenAI's shape. */
export const openAi = (
  message: string,
  code: string | number | null = null,
  type = 'invalid_request_error',
) => ({
  error: { message, type, param: null, code },
});
