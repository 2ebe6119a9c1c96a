import { it } from 'vitest';
import { placeOf, rules } from './rules.js';

const sentences = new Map(rules.map(({ number, sentence }) => [number, sentence]));

const longestTimerMs = 2 ** 31 - 1;

/** Puts the rule in front of what was compared; the error stays the same object, so that vitest shows its difference. */
const naming = (number: number, thrown: unknown): Error => {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  error.message = `Rule ${number}: ${sentences.get(number)} See ${placeOf(number)}\n${error.message}`;
  return error;
};

/** Rejects before vitest's own limit does, so that a call that never ends still names its rule. */
const inTime = async (check: () => unknown, limitMs: number): Promise<void> => {
  if (!(limitMs > 0 && limitMs < longestTimerMs)) {
    await check(); // vitest runs without a limit
    return;
  }
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new Error(`This did not come to an end within ${limitMs} ms`));
  }, limitMs);
  try {
    await Promise.race([check(), promise]);
  } finally {
    clearTimeout(timer);
  }
};

/** Registers one test of a rule; `timeout` in milliseconds, where vitest's own is too short. */
export const rule = (number: number, name: string, check: () => unknown, timeout?: number): void => {
  if (!sentences.has(number)) throw new RangeError(`There is no rule ${number}`);
  it(`rule ${number}: ${name}`, timeout === undefined ? {} : { timeout }, async ({ task }) => {
    Object.assign(task.meta, { rule: number });
    try {
      await inTime(check, Math.floor(task.timeout * 0.9));
    } catch (error) {
      throw naming(number, error);
    }
  });
};
