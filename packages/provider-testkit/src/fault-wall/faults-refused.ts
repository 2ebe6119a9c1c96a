import { text } from '../script.js';
import { type FaultOutcome, type FaultRow, fault } from './fault.js';
import type { Refusal } from './protocol.js';
import { refused } from './refused.js';

const page =
  '<!DOCTYPE html>\n<html><head><title>Bad gateway</title></head><body><h1>502</h1></body></html>\n';
const html = { 'content-type': 'text/html; charset=utf-8' };
const dateInMs = 2000;
const dayMs = 86_400_000;

const limited = (
  name: string,
  about: string,
  headers: () => Readonly<Record<string, string>>,
  retryAfterMs?: number,
): FaultRow =>
  fault(name, 'rate-limited', about, (call) => refused('rate-limited', call, headers()), {
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });

const refusal = (name: string, means: FaultOutcome, about: string, words: Refusal): FaultRow =>
  fault(name, means, about, (call) => refused(words, call));

/** The server says no, or a proxy in its place. */
export const refusedFaults: readonly FaultRow[] = [
  limited('rate-limited', '429 without a Retry-After.', () => ({})),
  limited('rate-limited-seconds', '429 with `Retry-After: 1`.', () => ({ 'retry-after': '1' }), 1000),
  limited(
    'rate-limited-date',
    '429 with a Retry-After that is a date, two seconds ahead.',
    () => ({ 'retry-after': new Date(Date.now() + dateInMs).toUTCString() }),
    dateInMs,
  ),
  limited('rate-limited-ms', '429 with `retry-after-ms: 120`.', () => ({ 'retry-after-ms': '120' }), 120),
  fault(
    'rate-limited-for-hours',
    'quota-exceeded',
    "429 with a Retry-After of a day: a plan's window is used up, not a rate.",
    (call) => refused('rate-limited', call, { 'retry-after': String(dayMs / 1000) }),
    { retryAfterMs: dayMs },
  ),
  refusal('quota', 'quota-exceeded', '429 whose words say that the quota is used up.', 'quota'),
  refusal('always-500', 'upstream-failure', '500 for every request.', 'failed'),
  refusal('always-503', 'overloaded', '503 for every request.', 'unavailable'),
  refusal('overloaded-529', 'overloaded', '529, a status that only some vendors know.', 'overloaded'),
  refusal('context-too-long', 'context-too-long', '400: the prompt is too long.', 'context-too-long'),
  refusal('content-filtered', 'content-filtered', '400: a filter refused the prompt.', 'content-filtered'),
  refusal('wrong-key', 'unauthenticated', '401: the key is wrong.', 'wrong-key'),
  refusal('permission-denied', 'permission-denied', '403: the account may not.', 'permission-denied'),
  refusal('unknown-model', 'model-not-found', '404: there is no such model.', 'unknown-model'),
  refusal('bad-request', 'invalid-request', '400 that every other target would repeat.', 'bad-request'),
  fault('html-page', 'upstream-failure', "502 with a proxy's HTML page.", () =>
    text(page, { status: 502, headers: html }),
  ),
  fault('html-page-200', 'bad-response', 'An HTML page with status 200.', () =>
    text(page, { headers: html }),
  ),
];
