import { expect, it } from 'vitest';
import { z } from 'zod';
import { readObject } from '../src/index.js';

const schema = z.object({ usage: z.object({ input: z.number() }).nullish() });

it('gives what the schema reads', () => {
  expect(readObject(schema, { usage: { input: 3 }, more: 1 }, 'lab')).toEqual({ usage: { input: 3 } });
});

it.each([
  [{ usage: { input: 'sk-secret' } }, 'usage.input'],
  ['sk-secret', 'the top'],
])('names the member that is wrong, never its value: %j', (value, member) => {
  expect(() => readObject(schema, value, 'lab')).toThrow(
    expect.objectContaining({
      code: 'bad-response',
      message: `lab sent an answer of an unknown shape, at ${member}`,
      provider: 'lab',
    }),
  );
});
