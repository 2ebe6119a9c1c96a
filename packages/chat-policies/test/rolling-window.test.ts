import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createRollingWindow } from '../src/rolling-window.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('counts attempts and the failures among them', () => {
  const window = createRollingWindow(1000);
  window.succeed();
  window.fail();
  window.fail();
  expect(window.counts()).toEqual({ attempts: 3, failures: 2 });
});

it('forgets a count after the window at the latest, and not before nine tenths of it', () => {
  for (const offset of [0, 1, 50, 99]) {
    vi.advanceTimersByTime(offset);
    const window = createRollingWindow(1000);
    window.fail();
    vi.advanceTimersByTime(900);
    expect(window.counts().failures).toBe(1);
    vi.advanceTimersByTime(100);
    expect(window.counts()).toEqual({ attempts: 0, failures: 0 });
  }
});

it('rolls: what is old goes while what is new stays, also after a long silence', () => {
  const window = createRollingWindow(1000);
  const seen: number[] = [];
  for (let step = 0; step < 30; step += 1) {
    window.fail();
    seen.push(window.counts().failures);
    vi.advanceTimersByTime(100);
  }
  expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, ...Array.from({ length: 21 }, () => 10)]);
  vi.advanceTimersByTime(1_000_000);
  window.fail();
  expect(window.counts()).toEqual({ attempts: 1, failures: 1 });
});

it('takes a success back, also after the window has forgotten it', () => {
  const window = createRollingWindow(1000);
  const takeBack = window.succeed();
  const takeBackLate = window.succeed();
  takeBack();
  expect(window.counts()).toEqual({ attempts: 1, failures: 0 });
  vi.advanceTimersByTime(1000);
  window.succeed();
  takeBackLate();
  expect(window.counts()).toEqual({ attempts: 1, failures: 0 });
});
