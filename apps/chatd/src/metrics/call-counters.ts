import { type Attempt, errorTable } from '@lakehouse/chat-core';
import { Counter, Histogram, type Registry } from 'prom-client';
import type { CallRecord } from './call-record.js';
import { knownLabels } from './labels.js';
import type { ModelNames } from './model-names.js';

/** Seconds of a call: from a small embedding to an answer that takes all the time it may have. */
const callSeconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300];
const firstContentSeconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60];

/** A plugin may throw what looks like an error of the contract and has a code of its own. */
const codeOf = (code: string): string => (code === 'ok' || Object.hasOwn(errorTable, code) ? code : 'other');

/** Each label multiplies the buckets: who fails how is in the counter. */
const resultOf = (outcome: string): string =>
  outcome === 'ok' || outcome === 'aborted' ? outcome : 'failed';

const outcomeOf = ({ outcome, code = 'internal' }: Attempt): string =>
  outcome === 'error' ? codeOf(code) : outcome;

/** What an upstream says of its tokens may be anything; a counter takes no step back. */
const isCount = (tokens: number | undefined): tokens is number =>
  tokens !== undefined && Number.isFinite(tokens) && tokens >= 0;

/** Gives the function that counts a call into the registry. */
export const createCallCounters = (registry: Registry, names: ModelNames): ((record: CallRecord) => void) => {
  const registers = [registry];
  const requests = new Counter({
    name: 'chatd_requests_total',
    help: 'Calls of callers that ended, each with one line in the log.',
    labelNames: ['kind', 'provider', 'model', 'outcome'],
    registers,
  });
  const duration = new Histogram({
    name: 'chatd_request_duration_seconds',
    help: 'From the arrival of a call to the end of its answer.',
    labelNames: ['kind', 'provider', 'result'],
    buckets: callSeconds,
    registers,
  });
  const firstContent = new Histogram({
    name: 'chatd_first_content_seconds',
    help: 'From the arrival of a call to the first content of its streamed answer.',
    labelNames: ['provider'],
    buckets: firstContentSeconds,
    registers,
  });
  const attempts = new Counter({
    name: 'chatd_attempts_total',
    help: 'Calls of providers, repeated ones included, and targets that were skipped without a call.',
    labelNames: ['provider', 'outcome'],
    registers,
  });
  const tokens = new Counter({
    name: 'chatd_tokens_total',
    help: 'Tokens of complete answers, as the upstreams count them.',
    labelNames: ['provider', 'model', 'direction'],
    registers,
  });
  const uncounted = new Counter({
    name: 'chatd_answers_without_usage_total',
    help: 'Complete answers whose upstream did not say how many tokens they took.',
    labelNames: ['provider', 'model'],
    registers,
  });

  const countAnswer = (record: CallRecord, provider: string, model: string): void => {
    const { inputTokens, outputTokens } = record;
    if (isCount(inputTokens)) tokens.inc({ provider, model, direction: 'input' }, inputTokens);
    if (isCount(outputTokens)) tokens.inc({ provider, model, direction: 'output' }, outputTokens);
    if (!isCount(inputTokens) && !isCount(outputTokens)) uncounted.inc({ provider, model });
  };

  return (record) => {
    const { kind, provider, latencyMs, firstContentMs } = record;
    const outcome = codeOf(record.outcome);
    let model: string | undefined;
    if (provider !== undefined && record.model !== undefined) {
      model = names.labelOf(provider, record.model);
      countAnswer(record, provider, model);
    }
    const answered = outcome === 'ok' ? model : undefined;
    requests.inc(knownLabels({ kind, provider, model: answered, outcome }));
    duration.observe(knownLabels({ kind, provider, result: resultOf(outcome) }), latencyMs / 1000);
    if (firstContentMs !== undefined) firstContent.observe(knownLabels({ provider }), firstContentMs / 1000);
    for (const attempt of record.attempts)
      attempts.inc({ provider: attempt.provider, outcome: outcomeOf(attempt) });
  };
};
