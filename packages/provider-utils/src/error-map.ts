import type { IncomingHttpHeaders } from 'node:http';
import { ChatError, type Secret } from '@lakehouse/chat-core';
import { excerpt, type FaultBody, readFault, readFaultBody } from './fault-body.js';
import { commonFaultRules, type FaultRule, frameFaultRules } from './fault-rules.js';
import { redact } from './redact.js';
import { readRetryAfter } from './retry-after.js';
import type { UpstreamResponse } from './upstream-response.js';

/** What an error needs to know of the call it belongs to. */
export interface FaultContext {
  /** Id of the provider. */
  readonly provider: string;
  /** The model as it was sent upstream. */
  readonly model?: string | undefined;
  /** Rules of this upstream; they go before the common ones. */
  readonly rules?: readonly FaultRule[];
  /** Taken out of every text that the upstream sent. */
  readonly secret?: Secret | undefined;
}

/** A wait this long is a used-up plan window, whatever the upstream calls it. */
const quotaWaitMs = 3_600_000;

const includes = <T>(allowed: T | readonly T[], value: T): boolean =>
  Array.isArray(allowed) ? allowed.includes(value) : allowed === value;

/** Without a status, as inside a 200, the other conditions of a rule decide alone. */
const fits = (rule: FaultRule, status: number | undefined, fault: FaultBody): boolean => {
  const { machineCode, words } = rule;
  if (status === undefined && machineCode === undefined && words === undefined) return false;
  if (status !== undefined && rule.status !== undefined && !includes(rule.status, status)) return false;
  if (machineCode !== undefined && !fault.codes.some((code) => includes(machineCode, code))) return false;
  return words === undefined || words.test(fault.words);
};

const otherwise = (status: number | undefined): FaultRule => ({
  code: 'upstream-failure',
  retryable: status === undefined || status >= 500,
});

/** The sentence for people: a bare title would not say that something else than the upstream may have answered. */
const messageOf = (provider: string, status: number | undefined, { message, instead }: FaultBody): string => {
  if (instead === 'nothing') return `${provider} answered ${status} with an empty body`;
  if (instead === 'page') return `${provider} answered ${status} with ${message}`;
  if (instead === 'titled page') return `${provider} answered ${status} with an HTML page: "${message}"`;
  return `${provider}: ${message}`;
};

const toError = (
  status: number | undefined,
  fault: FaultBody,
  headers: IncomingHttpHeaders,
  context: FaultContext,
): ChatError => {
  const { provider, model, secret } = context;
  const rules = [...(context.rules ?? []), ...(status === undefined ? frameFaultRules : commonFaultRules)];
  const rule = rules.find((candidate) => fits(candidate, status, fault)) ?? otherwise(status);
  const quoted = fault.instead === undefined || fault.instead === 'titled page';
  const retryAfterMs = readRetryAfter(headers, fault);
  const plan = rule.code === 'rate-limited' && retryAfterMs !== undefined && retryAfterMs >= quotaWaitMs;
  const requestId = headers['x-request-id'] ?? headers['x-trace-id'] ?? headers['x-generation-id'];
  return new ChatError(plan ? 'quota-exceeded' : rule.code, messageOf(provider, status, fault), {
    provider,
    model,
    upstreamStatus: status,
    upstreamRequestId: requestId === undefined ? undefined : excerpt(redact(String(requestId), secret), 128),
    bodyExcerpt: quoted ? fault.message : undefined,
    retryAfterMs,
    retryable: plan ? undefined : rule.retryable,
    reroutable: rule.reroutable,
    status: rule.callerStatus,
    phase: rule.code === 'timeout' ? 'upstream' : undefined,
  });
};

/** Where a redirect leads, without its query, which may hold anything. */
const redirectTarget = (location: string | undefined): string => {
  const url = location === undefined ? null : URL.parse(location);
  return url ? ` to ${url.origin}${url.pathname}` : '';
};

/** Redirects are not followed, so that no key goes to a host that nobody configured. */
const redirectFault = (status: number, location: string | undefined): FaultBody => {
  const message = excerpt(
    `answered with a redirect${redirectTarget(location)}; the base URL has to be the final address`,
  );
  return { message, codes: [String(status)], words: message };
};

/** The error of a response whose status is not 2xx; reads its body. */
export const toHttpError = async (response: UpstreamResponse, context: FaultContext): Promise<ChatError> => {
  const { status, headers } = response;
  const body = await response.text();
  const fault =
    status >= 300 && status < 400
      ? redirectFault(status, redact(headers.location ?? '', context.secret))
      : readFaultBody(body, context.secret);
  return toError(status, fault, headers, context);
};

/**
 * The error of an object that an upstream sent inside a 200. A numeric machine code from 400 to 599 counts as its
 * status; without one, machine codes and words decide, and otherwise the upstream failed.
 */
export const toFrameError = (
  frame: unknown,
  context: FaultContext & { readonly headers?: IncomingHttpHeaders },
): ChatError => {
  const fault = readFault(frame, context.secret);
  const stated = fault.codes.map(Number).find((code) => Number.isInteger(code) && code >= 400 && code < 600);
  return toError(stated, fault, context.headers ?? {}, context);
};
