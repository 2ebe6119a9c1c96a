import type { Attempt, ChatError, ErrorCode } from '@lakehouse/chat-core';
import { describeDefect } from './defect.js';
import type { Exchange } from './exchange.js';
import type { Logger } from './log.js';
import type { CallRecord } from './metrics/call-record.js';

/** One line per request: what was asked for and what became of it, and never a prompt, an answer or a key. */
export const logCall = (
  log: Logger,
  { kind, outcome, latencyMs, inputTokens, outputTokens }: CallRecord,
  exchange: Exchange,
  failure?: ChatError,
): void => {
  const { call, requested, stream, target, end, attempts, calls } = exchange;
  const last = attempts.at(-1); // of a call that ended before its first content
  const line = {
    request_id: call.requestId,
    requested,
    provider: target?.provider ?? failure?.provider ?? last?.provider,
    model: target?.model ?? failure?.model ?? last?.model,
    stream,
    outcome,
    phase: failure?.phase,
    path: failure?.path,
    upstream_status: failure?.upstreamStatus,
    upstream_request_id: failure?.upstreamRequestId,
    finish_reason: end?.finishReason,
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    output_characters: failure && last?.outputCharacters,
    latency_ms: latencyMs,
    attempts: calls,
    ...(attempts.length > 1 && { trail: attempts.map(toTrailEntry) }),
  };
  if (!failure) log.info(line, kind);
  else if (failure.code === 'internal')
    log.error({ ...line, defect: describeDefect(failure.cause ?? failure) }, kind);
  else log.warn({ ...line, reason: reasonOf(failure) }, kind);
};

/** Where it took more than one target: who was asked, what became of it, and what a cut or cancelled one had cost. */
const toTrailEntry = ({ provider, model, outcome, code, phase, ms, outputCharacters }: Attempt) => ({
  provider,
  model,
  outcome,
  code,
  phase,
  ms,
  output_characters: outputCharacters,
});

/** Codes whose message is this service's own; others may repeat words of the caller or of the upstream. */
const ownWords: ReadonlySet<ErrorCode> = new Set([
  'timeout',
  'unreachable',
  'bad-response',
  'provider-unavailable',
  'overloaded',
]);

const reasonOf = ({ code, message, bodyExcerpt }: ChatError): string | undefined =>
  ownWords.has(code) && bodyExcerpt === undefined ? message : undefined;
