import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type ChatEvent, collect } from '../src/index.js';
import { end, start, streamOf } from './support/events.js';

type Piece =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'reasoning'; readonly value: string; readonly signature?: string }
  | { readonly kind: 'call'; readonly value: string };

const piece: fc.Arbitrary<Piece> = fc.oneof(
  fc.record({ kind: fc.constant('text' as const), value: fc.string() }),
  fc.record(
    { kind: fc.constant('reasoning' as const), value: fc.string(), signature: fc.string({ minLength: 1 }) },
    { requiredKeys: ['kind', 'value'] },
  ),
  fc.record({ kind: fc.constant('call' as const), value: fc.json() }),
);

/** Cuts at the given places, which may coincide: an empty delta is legal. */
const cut = (value: string, places: readonly number[]): string[] => {
  const at = places.map((place) => place % (value.length + 1)).sort((left, right) => left - right);
  return [0, ...at].map((from, index) => value.slice(from, at[index] ?? value.length));
};

const toEvents = (pieces: readonly Piece[], places: readonly number[]): ChatEvent[] => {
  let index = -1;
  return pieces.flatMap((item): ChatEvent[] => {
    const deltas = cut(item.value, places);
    if (item.kind === 'text') return deltas.map((delta) => ({ type: 'text-delta', delta }));
    if (item.kind === 'reasoning') {
      return deltas.map((delta, position) => ({
        type: 'reasoning-delta',
        delta,
        ...(position === deltas.length - 1 && item.signature && { signature: item.signature }),
      }));
    }
    index += 1;
    return deltas.map((argumentsDelta, position) => ({
      type: 'tool-call-delta',
      index,
      argumentsDelta,
      ...(position === 0 && { id: `call${index}`, name: 'f' }),
    }));
  });
};

it('collects the same answer however its text is cut into deltas', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(piece), fc.array(fc.nat(), { maxLength: 6 }), async (pieces, places) => {
      const whole = await collect(streamOf(start, ...toEvents(pieces, []), end));
      const pieced = await collect(streamOf(start, ...toEvents(pieces, places), end));
      expect(pieced).toEqual(whole);
      const texts = pieces.filter(({ kind }) => kind === 'text').map(({ value }) => value);
      expect(whole.content).toBe(texts.join(''));
    }),
  );
});
