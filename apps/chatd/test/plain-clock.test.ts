import { performance as own } from 'node:perf_hooks';
import { expect, it } from 'vitest';
import { plainClock } from '../src/plain-clock.js';

it('the clock is the same as before, as a value that can be replaced', () => {
  plainClock();
  expect(Object.getOwnPropertyDescriptor(globalThis, 'performance')).toEqual({
    value: own,
    configurable: true,
    enumerable: true,
    writable: true,
  });
});
