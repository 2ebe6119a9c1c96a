import type { IncomingHttpHeaders } from 'node:http';
import {
  ChatError,
  type ChatErrorOptions,
  type ErrorCode,
  isChatError,
  type Secret,
  toChatError,
} from '@lakehouse/chat-core';
import {
  type FaultContext,
  readFaultBody,
  redact,
  toFrameError,
  toHttpError,
  type UpstreamResponse,
} from '@lakehouse/provider-utils';
import { selectRules, type VendorRule } from './fault-rules.js';

/** What the errors of one call need to know. */
export interface CallPlace {
  readonly provider: string;
  readonly model?: string;
  readonly rules: readonly VendorRule[];
  readonly secret: Secret | undefined;
}

const toFaultContext = (
  place: CallPlace,
  answer: { readonly text: string; readonly headers: IncomingHttpHeaders },
): FaultContext & { readonly headers: IncomingHttpHeaders } => ({
  provider: place.provider,
  model: place.model,
  secret: place.secret,
  rules: selectRules(place.rules, answer),
  headers: answer.headers,
});

/** The error of an object inside a 200. */
export const toAnswerError = (value: unknown, headers: IncomingHttpHeaders, place: CallPlace): ChatError =>
  toFrameError(value, toFaultContext(place, { text: JSON.stringify(value), headers }));

/** The error of an HTML page inside a 200, worded like that of a page with any other status. */
export const toPageError = (status: number, text: string, place: CallPlace): ChatError => {
  const { provider, model, secret } = place;
  const { message, instead } = readFaultBody(text, secret);
  const page = instead === 'titled page' ? `an HTML page: "${message}"` : message;
  return new ChatError('bad-response', `${provider} answered ${status} with ${page}`, {
    provider,
    model,
    upstreamStatus: status,
    bodyExcerpt: message,
  });
};

/** The error of a response whose status is not 2xx, its body already read. */
export const toStatusError = (
  response: UpstreamResponse,
  text: string,
  place: CallPlace,
): Promise<ChatError> =>
  toHttpError(
    { ...response, text: () => Promise.resolve(text) },
    toFaultContext(place, { text, headers: response.headers }),
  );

/**
 * Gives an error of a decoder its place, and takes the key out of what it quotes; its cause quotes more. The caller's
 * own leaving goes before everything.
 */
export const toPlacedError = (error: unknown, place: CallPlace, signal: AbortSignal): ChatError => {
  const { provider, model, secret } = place;
  if (signal.aborted || !isChatError(error)) return toChatError(error, { provider, model, signal });
  if (error.provider !== undefined) return error;
  const { path, phase, retryable, reroutable, upstreamStatus, bodyExcerpt } = error;
  return new ChatError(error.code, `${provider}: ${redact(error.message, secret)}`, {
    provider,
    model,
    path,
    phase,
    upstreamStatus,
    bodyExcerpt: bodyExcerpt === undefined ? undefined : redact(bodyExcerpt, secret),
    retryable,
    reroutable,
  });
};

/** An error about the answer itself. */
export const answerFault = (
  code: ErrorCode,
  message: string,
  { provider, model }: CallPlace,
  options: Pick<ChatErrorOptions, 'retryable' | 'bodyExcerpt'> = {},
): ChatError => new ChatError(code, `${provider}: ${message}`, { provider, model, ...options });
