import type { ChatError, ErrorCode } from '@lakehouse/chat-core';

/**
 * Which failure tells the caller most when the targets failed in different ways, best first: what the caller can mend
 * in the request, then what waiting mends, then faults of an upstream, then what only the operator can mend.
 */
export const mostUsefulFirst: readonly ErrorCode[] = [
  'invalid-request',
  'content-filtered',
  'context-too-long',
  'unsupported',
  'rate-limited',
  'quota-exceeded',
  'overloaded',
  'timeout',
  'upstream-failure',
  'bad-response',
  'unreachable',
  'permission-denied',
  'unauthenticated',
  'model-not-found',
  'provider-unavailable',
  'internal',
  'aborted',
];

const rank = new Map(mostUsefulFirst.map((code, index) => [code, index]));
const rankOf = (error: ChatError): number => rank.get(error.code) ?? mostUsefulFirst.length;

/** The failure that stands for all; of equally useful ones the first. */
export const mostUseful = (failures: readonly [ChatError, ...ChatError[]]): ChatError =>
  failures.reduce((best, failure) => (rankOf(failure) < rankOf(best) ? failure : best));
