import { type ChatError, type ErrorCode, withErrorDetails } from '@lakehouse/chat-core';
import type { ErrorAnswer } from '../front.js';
import { formatOpenaiError, type OpenaiErrorObject, toErrorObject } from '../openai/error.js';
import { createParameterNames } from '../parameter-names.js';

/** Parameters of `ChatRequest` under the names of this protocol. */
export const responsesNames = createParameterNames(
  new Map([
    ['messages', 'input'],
    ['format', 'text.format'],
    ['think', 'reasoning.effort'],
    ['maxTokens', 'max_output_tokens'],
  ]),
);

/** Items of `input` are not numbered as the messages that they become. */
const withoutPlaces = (text: string): string => text.replaceAll(/\bmessages\[\d+\][\w.[\]]*/g, 'messages');

/** The same error, which speaks of the parameters of this protocol. */
const inOwnNames = (error: ChatError): ChatError => {
  if (error.path === undefined) return error;
  const path = withoutPlaces(error.path);
  const message = responsesNames.toText(withoutPlaces(error.message), path);
  return withErrorDetails(error, { path: responsesNames.toName(path), message });
};

/** The object under `error`, as the other protocols of OpenAI have it. */
export const toResponsesErrorObject = (error: ChatError): OpenaiErrorObject =>
  toErrorObject(inOwnNames(error));

/** Status, headers and body of a failure before any output. */
export const formatResponsesError = (error: ChatError): ErrorAnswer => formatOpenaiError(inOwnNames(error));

/**
 * Code words of `response.error`, which are others than those of a body. Codex acts on them: it gives up at the first
 * five, and asks again after the others.
 */
const failureCodes: Readonly<Record<ErrorCode, string>> = {
  'invalid-request': 'invalid_prompt',
  unsupported: 'invalid_prompt',
  'content-filtered': 'invalid_prompt',
  'context-too-long': 'context_length_exceeded',
  'quota-exceeded': 'insufficient_quota',
  'rate-limited': 'rate_limit_exceeded',
  overloaded: 'server_is_overloaded',
  unauthenticated: 'server_error',
  'permission-denied': 'server_error',
  'model-not-found': 'server_error',
  'provider-unavailable': 'server_error',
  unreachable: 'server_error',
  'bad-response': 'server_error',
  'upstream-failure': 'server_error',
  timeout: 'server_error',
  aborted: 'server_error',
  internal: 'server_error',
};

/** In a stream the text is the only place for the wait; Codex reads it there. */
const waitOf = ({ code, retryAfterMs }: ChatError): string =>
  code === 'rate-limited' && retryAfterMs !== undefined
    ? ` Please try again in ${Math.max(0, retryAfterMs) / 1000}s.`
    : '';

/** The `error` of a response that failed on the way. */
export const toFailure = (error: ChatError): { readonly code: string; readonly message: string } => ({
  code: failureCodes[error.code],
  message: toResponsesErrorObject(error).message + waitOf(error),
});
