import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createTimestamp } from '../src/log.js';
import { createLogBatch } from '../src/log-batch.js';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const open = () => {
  const written: string[] = [];
  const batch = createLogBatch({ write: (text) => written.push(text) });
  return { written, batch, log: pino({ base: null, timestamp: false }, batch) };
};

it('lines of ten milliseconds are one write, in their order', () => {
  const { written, log } = open();
  log.info('a');
  log.info('b');
  vi.advanceTimersByTime(9);
  expect(written).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(written).toEqual(['{"level":30,"msg":"a"}\n{"level":30,"msg":"b"}\n']);
  expect(vi.getTimerCount()).toBe(0);
});

it.each(['warn', 'error', 'fatal'] as const)(
  'a line of the level %s goes out at once, behind what is held',
  (level) => {
    const { written, log } = open();
    log.info('a');
    log[level]('b');
    expect(written.join('')).toMatch(/"a"}\n.*"b"}\n$/);
    log.info('c');
    expect(written.join('')).not.toContain('"c"');
  },
);

it('a write holds whole lines and no more than a pipe takes in one piece, unless a line is longer', () => {
  const { written, log, batch } = open();
  for (const length of [2000, 2000, 2000, 9000, 10]) log.info('x'.repeat(length));
  batch.flush();
  expect(written.map((text) => text.split('\n').length - 1)).toEqual([2, 1, 1, 1]);
  expect(written.every((text) => text.length <= 4096 || text.split('\n').length === 2)).toBe(true);
});

it('the time of a line is that of the clock, over the turn of a second too', () => {
  const times = [0, 999, 1000, 1_700_000_000_007, 1_700_000_000_999, 1_699_999_999_999, 1_700_000_001_000];
  const clock = [...times];
  const timestamp = createTimestamp(() => clock.shift() ?? 0);
  for (const time of times) expect(timestamp()).toBe(`,"time":"${new Date(time).toISOString()}"`);
});
