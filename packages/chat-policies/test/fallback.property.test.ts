import { ChatError, compose, type ErrorCode, errorTable, isChatError } from '@lakehouse/chat-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fallback, recordAttempt, timeout } from '../src/index.js';
import {
  contextOf,
  end,
  read,
  request,
  type Script,
  type Step,
  script,
  start,
  text,
} from './support/handlers.js';

const codes = Object.keys(errorTable) as ErrorCode[];
const failure = fc.constantFrom(...codes).map((code) => new ChatError(code, code));
const raw: Step = { type: 'raw-chunk', chunk: 0 };

/** How a target ends: with an answer, with a failure, or cut. */
const plan = fc.record({
  opening: fc.constantFrom<Step[]>([], [start], [start, raw]),
  words: fc.nat({ max: 3 }),
  ending: fc.oneof(
    fc.constant<Step[]>([end]),
    fc.constant<Step[]>([]),
    failure.map((error): Step[] => [error]),
  ),
});

it('whatever the targets do, the caller sees one terminal and no text of two targets', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(plan, { minLength: 1, maxLength: 5 }), async (plans) => {
      const inners: Script[] = plans.map(({ opening, words, ending }, index) => {
        const content = Array.from({ length: words }, (_, word) => text(`${index}.${word} `));
        const legal = content.length > 0 || ending[0] === end ? [start] : opening;
        return script(...legal, ...content, ...ending);
      });
      const targets = inners.map((inner, index) => ({
        provider: `p${index}`,
        model: 'm',
        handler: compose([
          recordAttempt({ provider: `p${index}`, model: 'm' }),
          timeout({ totalMs: 10_000 }),
        ])(inner),
      }));
      const context = contextOf();
      const { events, error } = await read(fallback(targets)(request, context));

      const ends = events.filter(({ type }) => type === 'response-end').length;
      expect(ends + (error === undefined ? 0 : 1)).toBe(1);
      if (error !== undefined) expect(isChatError(error)).toBe(true);
      const words = events.flatMap((event) => (event.type === 'text-delta' ? [event.delta] : []));
      expect(new Set(words).size).toBe(words.length);
      expect(new Set(words.map((word) => word.split('.')[0])).size).toBeLessThanOrEqual(1);
      expect(events.filter(({ type }) => type === 'response-start').length).toBeLessThanOrEqual(1);

      const asked = inners.filter(({ calls }) => calls.length > 0);
      expect(inners.slice(0, asked.length)).toEqual(asked);
      expect(asked.every(({ calls, closed }) => calls.length === 1 && closed === 1)).toBe(true);
      expect(context.attempts.map(({ provider }) => provider)).toEqual(asked.map((_, index) => `p${index}`));
    }),
    { numRuns: 500 },
  );
});
