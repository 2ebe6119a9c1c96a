import type { FaultWall, WallRequest } from '@lakehouse/provider-testkit/fault-wall';
import type { Answer, Wire } from './ask.js';
import type { Code, Expected } from './expected.js';
import { namesOf, type Place } from './limits.js';

/** What a caller saw, or must see, in members that can be compared. */
export interface Report {
  readonly status: number;
  /** `response_end` or `error` for each terminal of a stream; nothing for an answer in one piece. */
  readonly terminals: readonly string[];
  readonly code?: string;
  readonly phase?: string;
  readonly text: string;
  /** Tokens of input and output, once for each place that tells them. */
  readonly usage: readonly unknown[];
  /** Of the headers. */
  readonly provider: unknown;
  readonly model: unknown;
  readonly attempts: unknown;
  readonly retryAfter?: unknown;
  /** Who was called, and what came of it, as the body tells it. */
  readonly trail: readonly unknown[];
  /** Requests that the wall counted, for each target. */
  readonly calls: readonly number[];
}

/** From docs/errors.md. */
const statusOf: Readonly<Record<Code, number>> = {
  'invalid-request': 400,
  unauthenticated: 502,
  'permission-denied': 403,
  'model-not-found': 502,
  'provider-unavailable': 404,
  'context-too-long': 400,
  'content-filtered': 400,
  unsupported: 400,
  'rate-limited': 429,
  'quota-exceeded': 429,
  overloaded: 503,
  unreachable: 502,
  'bad-response': 502,
  'upstream-failure': 502,
  timeout: 504,
  aborted: 499,
  internal: 500,
};

const goodText = (fault: string, model: string, number: number): string => {
  if (fault === 'no-content') return '';
  const head = `Answer ${number} of ${model}: `;
  if (fault !== 'slow-stream') return `${head}the wall 🧱 grüßt and ends.`;
  return head + Array.from({ length: 19 }, (_, index) => `🧱 ${index + 2} `).join('');
};

/** A text that comes twice, or from another answer, is no part of it. */
const partOf = (text: string, good: string): string => {
  const repeated = 'on and on '.repeat(Math.ceil(text.length / 10));
  const isPart = text !== '' && (good.startsWith(text) || repeated.startsWith(text));
  return isPart ? 'a part of the answer' : text;
};

/** Which answer of the wall is the good one: those that it refused are counted apart. */
const numberOf = (fault: string): number => (/^once-|^stale-/.test(fault) ? 2 : 1);

export const expectedReport = (place: Place, expected: Expected): Report => {
  const { first, second } = namesOf(place);
  const provider = place.kind.id;
  const { failure, by, calls, failedWith, retryAfter } = expected;
  const [firstCalls = 0] = calls;
  const model = by === 'second' ? second : first;
  const failed = { model: first, outcome: 'error', code: failedWith };
  const failures = by === 'first' ? firstCalls - 1 : firstCalls;
  const isError = failure !== undefined && !failure.afterContent;
  const streams = place.form !== 'whole' && !isError;
  const good =
    by === 'second' ? goodText('healthy', second, 1) : goodText(place.fault, first, numberOf(place.fault));
  return {
    status: isError ? statusOf[failure.code] : 200,
    terminals: streams ? [failure ? 'error' : 'response_end'] : [],
    ...(failure && { code: failure.code, ...(failure.phase && { phase: failure.phase }) }),
    text: failure ? (failure.afterContent ? 'a part of the answer' : '') : good,
    usage: failure ? [] : [[12, 5]],
    provider,
    model,
    attempts: String(calls.reduce((sum, count) => sum + count, 0)),
    ...(isError && retryAfter !== undefined && { retryAfter: String(retryAfter) }),
    trail: [...Array<object>(failures).fill(failed), ...(by ? [{ model, outcome: 'ok' }] : [])],
    calls,
  };
};

const asList = (value: unknown): readonly Wire[] => (Array.isArray(value) ? (value as Wire[]) : []);

const textOf = ({ events, body }: Answer): string => {
  const pieces = body ? [body.content] : events.map(({ type, delta }) => type === 'text_delta' && delta);
  return pieces.filter((piece) => typeof piece === 'string').join('');
};

const isTerminal = ({ type }: Wire): boolean => type === 'response_end' || type === 'error';

/** `since` are the wall's requests before this one, by target. */
export const observedReport = (place: Place, answer: Answer, requests: readonly WallRequest[][]): Report => {
  const { first } = namesOf(place);
  const { events, body, headers } = answer;
  const facts = body ?? events.findLast(isTerminal) ?? {};
  const error = facts.error as Wire | undefined;
  const text = textOf(answer);
  const told = [...events, ...(body ? [body] : [])];
  return {
    status: answer.status,
    // A connection that broke, and what follows a terminal, are seen here.
    terminals: [
      ...events.slice(events.findIndex(isTerminal)).map(({ type }) => String(type)),
      ...(answer.cut ? ['cut'] : []),
    ],
    ...(error && {
      code: String(error.code as Code),
      ...(typeof error.phase === 'string' && { phase: error.phase }),
    }),
    text: error ? partOf(text, goodText(place.fault, first, 1)) : text,
    usage: told.flatMap(({ usage, input_tokens: input, output_tokens: output }) => {
      const buckets = usage as Wire | undefined;
      const isSame = buckets?.input === input && buckets?.output === output;
      return buckets || input !== undefined ? [isSame ? [input, output] : told] : [];
    }),
    provider: headers['x-chatd-provider'],
    model: headers['x-chatd-model'],
    attempts: headers['x-chatd-attempts'],
    ...(headers['retry-after'] !== undefined && { retryAfter: headers['retry-after'] }),
    trail: asList((error ?? facts).attempts).map(({ model, outcome, code }) => ({
      model,
      outcome,
      ...(code !== undefined && { code }),
    })),
    calls: requests.map(({ length }) => length),
  };
};

/** The wall's requests for the targets of a place. */
export const requestsOf = (wall: FaultWall, place: Place): WallRequest[][] => {
  const { first, second } = namesOf(place);
  return (place.tier ? [first, second] : [first]).map((model) => [...wall.requests(model)]);
};
