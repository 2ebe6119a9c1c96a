import { isContentEvent } from '@lakehouse/chat-core';
import { describe, expect } from 'vitest';
import { type Bench, textOf, withoutIds } from './bench.js';
import { rule } from './rule.js';

const finishReasons = ['stop', 'length', 'tool_calls', 'content_filter', 'other'];

/** What the events of every provider look like, with an upstream or without. */
export const eventRules = (bench: Bench): void => {
  describe('events', () => {
    rule(3, 'gives the events in order: response-start first, response-end once and last', async () => {
      const { events, error } = await bench.good();
      expect(error, 'The answer to `request` is a good one').toBeUndefined();
      const types = events.map((event) => event.type);
      expect(types[0], 'response-start is the first event').toBe('response-start');
      expect(types.indexOf('response-end'), 'response-end is the last event').toBe(types.length - 1);
      const contents = events.filter((event) => isContentEvent(event) && event.type !== 'response-end');
      expect(contents.length, 'Give a stream whose text comes in at least two pieces').toBeGreaterThan(1);
    });

    rule(1, 'gives the same answer whole as streamed', async () => {
      const streamed = await bench.good();
      expect(streamed.error, 'The streamed answer to `request` is a good one').toBeUndefined();
      const whole = await bench.good({ delivery: 'whole' });
      expect(whole.error, 'The whole answer to `request` is a good one').toBeUndefined();
      expect(whole.response, 'Both forms of an answer say the same').toEqual(withoutIds(streamed.response));
    });

    rule(10, 'keeps two calls of one provider apart', async () => {
      const { response } = await bench.good();
      const provider = await bench.provider();
      const outcomes = await Promise.all([bench.run(provider), bench.run(provider)]);
      for (const outcome of outcomes) {
        expect(outcome.response, 'Calls at once do not mix').toEqual(withoutIds(response));
        expect(textOf(outcome), 'Calls at once do not mix').toBe(response?.content);
      }
    });

    rule(18, 'ends with one of the five words for the reason', async () => {
      const { response } = await bench.good();
      expect(finishReasons).toContain(response?.finishReason);
      expect(response?.rawFinishReason, 'It is left out where it says the same').not.toBe(
        response?.finishReason,
      );
    });

    rule(17, 'gives usage as numbers that can be added up', async () => {
      const { response } = await bench.good();
      const { unit, ...buckets } = response?.usage ?? {};
      expect([undefined, 'words'], '`unit` is absent for tokens').toContain(unit);
      for (const [bucket, value] of Object.entries(buckets)) {
        expect(value, `usage.${bucket} is a number of at least 0`).toBeGreaterThanOrEqual(0);
      }
    });
  });
};
