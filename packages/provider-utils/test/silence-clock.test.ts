import { performance } from 'node:perf_hooks';
import { expect, it } from 'vitest';
import { SilenceClock } from '../src/silence-clock.js';

const fired = (use: (clock: SilenceClock) => void): Promise<number> =>
  new Promise((resolve) => {
    const startedAt = performance.now();
    const clock = new SilenceClock(() => {
      clock.stop();
      resolve(performance.now() - startedAt);
    });
    use(clock);
  });

it('a shorter wait after a longer one has its own limit', async () => {
  const ms = await fired((clock) => {
    clock.start(60_000);
    clock.pause();
    clock.start(20);
  });
  expect(ms).toBeGreaterThanOrEqual(19);
});

it('the timer of an earlier wait does not end a later one', async () => {
  const ms = await fired((clock) => {
    clock.start(20);
    clock.pause();
    clock.start(80);
  });
  expect(ms).toBeGreaterThanOrEqual(79);
});

it('nothing ends while nobody waits', async () => {
  const ms = await fired((clock) => {
    clock.start(10);
    clock.pause();
    setTimeout(() => clock.start(20), 40);
  });
  expect(ms).toBeGreaterThanOrEqual(58);
});
