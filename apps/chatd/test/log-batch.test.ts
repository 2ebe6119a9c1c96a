import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createLogger, createTimestamp } from '../src/log.js';
import { createLogBatch } from '../src/log-batch.js';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const open = () => {
  const written: string[] = [];
  const batch = createLogBatch({ write: (text) => written.push(text) });
  return { written, batch, log: createLogger(batch) };
};

const linesOf = (written: readonly string[]): readonly { readonly msg: string; readonly time: string }[] =>
  written
    .join('')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));

it('lines of ten milliseconds are one write, in their order, each with the time at which it was logged', () => {
  const { written, log } = open();
  const startedAt = Date.now();
  log.info('a');
  vi.advanceTimersByTime(3);
  log.info('b');
  vi.advanceTimersByTime(6);
  expect(written).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(written.length).toBe(1);
  expect(linesOf(written).map(({ msg, time }) => [msg, Date.parse(time) - startedAt])).toEqual([
    ['a', 0],
    ['b', 3],
  ]);
  expect(vi.getTimerCount()).toBe(0);
});

it.each(['warn', 'error', 'fatal'] as const)(
  'a line of the level %s goes out at once, behind what is held',
  (level) => {
    const { written, log } = open();
    log.info('a');
    log[level]('b');
    expect(linesOf(written).map(({ msg }) => msg)).toEqual(['a', 'b']);
    log.info('c');
    expect(linesOf(written).length).toBe(2);
  },
);

it('no more than thirty-two lines wait', () => {
  const { written, log, batch } = open();
  for (let index = 0; index < 70; index += 1) log.info(String(index));
  expect(written.map((text) => text.split('\n').length - 1)).toEqual([32, 32]);
  batch.flush();
  expect(linesOf(written).map(({ msg }) => Number(msg))).toEqual(Array.from({ length: 70 }, (_, at) => at));
});

it('what is written beside the log, such as a line of a worker, comes behind the lines before it', () => {
  const { written, log, batch } = open();
  log.info('a');
  batch.write('{"msg":"b"}\n');
  log.info('c');
  batch.flush();
  expect(linesOf(written).map(({ msg }) => msg)).toEqual(['a', 'b', 'c']);
});

it('a line that cannot be formatted takes no other along', () => {
  const { written, log, batch } = open();
  log.info('a');
  log.info({
    get broken(): never {
      throw new Error('a defect');
    },
  });
  log.info('b');
  expect(() => batch.flush()).toThrow('a defect');
  expect(linesOf(written).map(({ msg }) => msg)).toEqual(['a', 'b']);
});

it('the time of a line is that of the clock, over the turn of a second too', () => {
  const times = [0, 999, 1000, 1_700_000_000_007, 1_700_000_000_999, 1_699_999_999_999, 1_700_000_001_000];
  const clock = [...times];
  const timestamp = createTimestamp(() => clock.shift() ?? 0);
  for (const time of times) expect(timestamp()).toBe(`,"time":"${new Date(time).toISOString()}"`);
});
