import type { WallFault } from '@lakehouse/provider-testkit/fault-wall';
import { toTable } from '../support/generated-part.js';
import type { Form } from './expected.js';
import { kinds, limits } from './limits.js';
import type { Result } from './run.js';

const seconds = (ms: number): string => `${ms / 1000} s`;

const seen = ({ was, tier }: Result): string => {
  const { status, code, phase, terminals, calls } = was;
  if (code === undefined) {
    if (!tier) return calls[0] === 1 ? 'the answer' : 'the answer, of a second call';
    return calls[1] === 0 ? 'the answer of the first' : 'the answer of the second';
  }
  const error = `\`${code}\`${phase === undefined ? '' : ` (${phase})`}`;
  return terminals.length > 0 ? `200, some text, then the error ${error}` : `${status} ${error}`;
};

const cells = (result: Result): readonly string[] => [
  seen(result),
  result.was.calls.join(' + '),
  seconds(result.expected.withinMs),
];

/** The tables as they follow from the run, over the first kind of provider. */
export const toTables = (faults: readonly WallFault[], results: readonly Result[]): string => {
  const rowOf = (fault: string, form: Form, tier: boolean): readonly string[] => {
    const found = results.find(
      (result) =>
        result.kind === kinds[0] && result.fault === fault && result.form === form && result.tier === tier,
    );
    if (!found) throw new Error(`The run has no ${form} ${fault}`);
    return cells(found);
  };
  const { totalMs, firstContentMs, idleMs, attempts, baseDelayMs, maxDelayMs, maxRetryAfterMs } = limits;
  const columns = ['calls', 'within'];
  return [
    `The limits of the run: \`timeout\` ${seconds(totalMs)}, \`first_content\` ${seconds(firstContentMs)}, \`idle\` ${seconds(idleMs)};`,
    `\`attempts\` ${attempts}, \`base_delay\` ${baseDelayMs} ms, \`max_delay\` ${maxDelayMs} ms, \`max_retry_after\` ${maxRetryAfterMs} ms. For \`oversized-line\` and a held`,
    `\`endless\` the \`timeout\` is ${seconds(limits.floodMs)}.`,
    '',
    '### One target',
    '',
    toTable([
      ['model', 'the upstream', 'whole', ...columns, 'streamed', ...columns],
      ...faults.map(({ name, about }) => [
        `\`${name}\``,
        about,
        ...rowOf(name, 'whole', false),
        ...rowOf(name, 'stream', false),
      ]),
    ]),
    '',
    '### The first of two targets, the second of which is well',
    '',
    'Calls are those of the first target and those of the second.',
    '',
    toTable([
      ['first target', 'whole, or a stream that is held', ...columns, 'streamed', ...columns],
      ...faults.map(({ name }) => [
        `\`${name}\``,
        ...rowOf(name, 'whole', true),
        ...rowOf(name, 'stream', true),
      ]),
    ]),
  ].join('\n');
};

/** The slowest request of each row, as it was measured; it stands in no file. */
export const toMeasured = (faults: readonly WallFault[], results: readonly Result[]): string => {
  const worst = (fault: string, form: Form, tier: boolean): string => {
    const mine = results.filter(
      (result) => result.fault === fault && result.form === form && result.tier === tier,
    );
    return `${Math.round(Math.max(...mine.map(({ ms }) => ms)))} ms`;
  };
  return toTable([
    ['slowest over all providers', 'whole', 'streamed', 'tier, whole', 'tier, streamed', 'tier, held'],
    ...faults.map(({ name }) => [
      name,
      worst(name, 'whole', false),
      worst(name, 'stream', false),
      worst(name, 'whole', true),
      worst(name, 'stream', true),
      worst(name, 'buffered', true),
    ]),
  ]);
};
