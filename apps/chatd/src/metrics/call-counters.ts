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

type Labels = Partial<Record<string, string>>;

interface AttemptLabels {
  readonly provider: string;
  readonly outcome: string;
}

/** What calls of the same labels add up to: the library looks its labels up anew for each step, which most of its time is. */
interface Sum {
  readonly request: Labels;
  readonly time: Labels;
  /** Of a complete answer. */
  readonly answer: { readonly provider: string; readonly model: string } | undefined;
  calls: number;
  inputTokens: number | undefined;
  outputTokens: number | undefined;
  uncounted: number;
}

const findOrMake = <Value>(values: Map<string, Value>, key: string, make: () => Value): Value => {
  let value = values.get(key);
  if (value === undefined) {
    value = make();
    values.set(key, value);
  }
  return value;
};

/** Gives the function that counts calls into the registry. */
export const createCallCounters = (
  registry: Registry,
  names: ModelNames,
): ((records: readonly CallRecord[]) => void) => {
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

  const sumOf = ({ kind, provider, model }: CallRecord, outcome: string): Sum => {
    const label = provider === undefined || model === undefined ? undefined : names.labelOf(provider, model);
    return {
      answer: label === undefined || provider === undefined ? undefined : { provider, model: label },
      request: knownLabels({ kind, provider, model: outcome === 'ok' ? label : undefined, outcome }),
      time: knownLabels({ kind, provider, result: resultOf(outcome) }),
      calls: 0,
      inputTokens: undefined,
      outputTokens: undefined,
      uncounted: 0,
    };
  };

  const addUsage = (sum: Sum, { inputTokens, outputTokens }: CallRecord): void => {
    const input = isCount(inputTokens);
    const output = isCount(outputTokens);
    if (input) sum.inputTokens = (sum.inputTokens ?? 0) + inputTokens;
    if (output) sum.outputTokens = (sum.outputTokens ?? 0) + outputTokens;
    if (!input && !output) sum.uncounted += 1;
  };

  const book = ({ request, answer, calls, ...sum }: Sum): void => {
    requests.inc(request, calls);
    if (!answer) return;
    if (sum.inputTokens !== undefined) tokens.inc({ ...answer, direction: 'input' }, sum.inputTokens);
    if (sum.outputTokens !== undefined) tokens.inc({ ...answer, direction: 'output' }, sum.outputTokens);
    if (sum.uncounted > 0) uncounted.inc(answer, sum.uncounted);
  };

  return (records) => {
    const sums = new Map<string, Sum>();
    const asked = new Map<string, { readonly labels: AttemptLabels; calls: number }>();
    for (const record of records) {
      const { kind, provider, model, latencyMs, firstContentMs } = record;
      const outcome = codeOf(record.outcome);
      const sum = findOrMake(sums, `${kind} ${provider} ${outcome} ${model}`, () => sumOf(record, outcome));
      sum.calls += 1;
      if (sum.answer) addUsage(sum, record);
      duration.observe(sum.time, latencyMs / 1000);
      if (firstContentMs !== undefined)
        firstContent.observe(knownLabels({ provider }), firstContentMs / 1000);
      for (const attempt of record.attempts) {
        const labels = { provider: attempt.provider, outcome: outcomeOf(attempt) };
        const sumOfAttempts = findOrMake(asked, `${labels.provider} ${labels.outcome}`, () => ({
          labels,
          calls: 0,
        }));
        sumOfAttempts.calls += 1;
      }
    }
    for (const sum of sums.values()) book(sum);
    for (const { labels, calls } of asked.values()) attempts.inc(labels, calls);
  };
};
