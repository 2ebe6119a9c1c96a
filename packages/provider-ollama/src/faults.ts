import { type ChatError, withErrorDetails } from '@lakehouse/chat-core';
import {
  type FaultContext,
  type FaultRule,
  toHttpError,
  type UpstreamResponse,
} from '@lakehouse/provider-utils';

/**
 * What Ollama's errors mean where the common rules would read them differently. A local server passes the errors of
 * ollama.com on unchanged, so that the rules for both stand here.
 */
export const ollamaFaultRules: readonly FaultRule[] = [
  // ollama.com: a used-up session, hourly or weekly window is no rate limit, waiting a moment does not help.
  { status: [402, 429], words: /usage limit/i, code: 'quota-exceeded' },
  // ollama.com: too many calls at once on one account; seen with either status.
  { status: [429, 503], words: /concurrent request|request slot/i, code: 'rate-limited' },
  { status: 403, words: /requires a subscription|cloud is disabled/i, code: 'permission-denied' },
  // A 500 that hides a wrong request.
  { words: /invalid format\b|option "[^"]*" must be of type|invalid options?\b/i, code: 'invalid-request' },
  { words: /requires more system memory/i, code: 'upstream-failure', retryable: false },
  // A model that cannot be loaded is no overload, though both texts say "loading model".
  {
    status: 500,
    words:
      /(error|failed|unable)[^\n]*load(ing)?\b[^\n]*model|runner (process )?has (terminated|unexpectedly)/i,
    code: 'upstream-failure',
  },
];

const hint = (error: ChatError, body: string): string | undefined => {
  if (error.upstreamStatus === 403 && body.trim() === '') {
    return 'the server refused the Host or Origin header (403 without a text): use localhost or an IP address in `url`, or change OLLAMA_HOST or OLLAMA_ORIGINS there';
  }
  if (error.upstreamStatus === 401 && body.includes('signin_url')) {
    return 'the server is not signed in to ollama.com, which runs this model: run "ollama signin" there';
  }
  if (error.upstreamStatus === 404 && error.code === 'upstream-failure') {
    return 'there is no such path (404): `url` must be the base address of an Ollama server';
  }
  return undefined;
};

/** The error of a local server's response whose status is not 2xx, with what the operator can do about it. */
export const toOllamaError = async (
  response: UpstreamResponse,
  context: FaultContext,
): Promise<ChatError> => {
  const body = await response.text();
  const error = await toHttpError({ ...response, text: () => Promise.resolve(body) }, context);
  const advice = hint(error, body);
  return advice === undefined
    ? error
    : withErrorDetails(error, { message: `${context.provider}: ${advice}` });
};
