import type { PlayableScript } from '../script.js';
import { type FaultCall, type FaultOutcome, type FaultRow, fault } from './fault.js';
import { answering, begun, healthy } from './good-answer.js';
import { refused, resetAtOnce } from './refused.js';

const once = (
  name: string,
  means: FaultOutcome,
  about: string,
  first: (call: FaultCall) => PlayableScript,
  retryAfterMs?: number,
): FaultRow =>
  fault(name, means, about, (call) => (call.number === 1 ? first(call) : healthy(call)), {
    answers: 'after-one-request',
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });

/** What is over after a moment, or on another connection. */
export const passingFaults: readonly FaultRow[] = [
  once(
    'once-500',
    'upstream-failure',
    '500 for the first request of this model name, then healthy.',
    (call) => refused('failed', call),
  ),
  once(
    'once-429',
    'rate-limited',
    '429 with `retry-after-ms: 50` for the first request of this model name, then healthy.',
    (call) => refused('rate-limited', call, { 'retry-after-ms': '50' }),
    50,
  ),
  once(
    'once-reset',
    'unreachable',
    'Resets the connection of the first request of this model name, then healthy.',
    () => resetAtOnce,
  ),
  once(
    'once-cut',
    'bad-response',
    'Cuts the answer to the first request of this model name in its middle, then healthy.',
    (call) => answering(call, [...begun(call), { cut: true }]),
  ),
  fault(
    'flapping',
    'unreachable',
    "Resets every connection while this model name's switch is down; healthy otherwise.",
    (call) => (call.refused ? resetAtOnce : healthy(call)),
    { answers: 'while-up', refuses: 'down' },
  ),
  fault(
    'flapping-503',
    'overloaded',
    "503 while this model name's switch is down; healthy otherwise.",
    (call) => (call.refused ? refused('unavailable', call) : healthy(call)),
    { answers: 'while-up', refuses: 'down' },
  ),
  fault(
    'stale-connection',
    'unreachable',
    'Healthy, and keeps the connection open, but closes it without a byte when the next request for this model name comes on it.',
    (call) => (call.refused ? { beforeHeaders: true, steps: [{ cut: true }] } : healthy(call)),
    { answers: 'on-a-new-connection', refuses: 'used-connection' },
  ),
];
