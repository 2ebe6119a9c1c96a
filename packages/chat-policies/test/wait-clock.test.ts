import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createWaitClock } from '../src/wait-clock.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('counts only while it is resumed, and fires once', () => {
  const fired = vi.fn<() => void>();
  const clock = createWaitClock(100, fired);
  vi.advanceTimersByTime(1000);
  clock.resume();
  vi.advanceTimersByTime(60);
  clock.pause();
  vi.advanceTimersByTime(1000);
  clock.resume();
  vi.advanceTimersByTime(39);
  expect(fired).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  clock.pause();
  clock.resume();
  vi.advanceTimersByTime(1000);
  expect(fired).toHaveBeenCalledTimes(1);
});

it('begins anew after reset', () => {
  const fired = vi.fn<() => void>();
  const clock = createWaitClock(100, fired);
  clock.resume();
  for (let wait = 0; wait < 5; wait += 1) {
    vi.advanceTimersByTime(90);
    clock.pause();
    clock.reset();
    clock.resume();
  }
  expect(fired).not.toHaveBeenCalled();
  vi.advanceTimersByTime(100);
  expect(fired).toHaveBeenCalledTimes(1);
});

it('wakes nobody while it is paused, and leaves no timer when it is stopped', () => {
  const clock = createWaitClock(100, () => undefined);
  clock.resume();
  vi.advanceTimersByTime(10);
  clock.pause();
  vi.advanceTimersByTime(100);
  expect(vi.getTimerCount()).toBe(0);
  clock.resume();
  expect(vi.getTimerCount()).toBe(1);
  clock.stop();
  clock.resume();
  expect(vi.getTimerCount()).toBe(0);
});

it('never asks for a delay that setTimeout would take for one millisecond', () => {
  const delays = vi.spyOn(globalThis, 'setTimeout');
  const fired = vi.fn<() => void>();
  const clock = createWaitClock(2 ** 31 + 1000, fired);
  clock.resume();
  vi.advanceTimersByTime(2 ** 31 - 1);
  expect(delays.mock.calls.every(([, delay]) => delay !== undefined && delay < 2 ** 31)).toBe(true);
  expect(fired).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1001);
  expect(fired).toHaveBeenCalledTimes(1);
  delays.mockRestore();
});
