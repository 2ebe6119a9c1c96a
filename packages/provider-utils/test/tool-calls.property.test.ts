import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ToolCallFragment } from '../src/index.js';
import { collected } from './support/tool-calls.js';

interface Style {
  readonly indexed: boolean;
  readonly firstIndex: number;
  readonly repeatsId: boolean;
  readonly repeatsName: boolean;
  readonly emptyInstead: boolean;
  /** Arguments may come before id and name; only where an index tells whose they are. */
  readonly argumentsFirst: boolean;
  readonly trailing: string;
}

const style: fc.Arbitrary<Style> = fc.record({
  indexed: fc.boolean(),
  firstIndex: fc.nat(3),
  repeatsId: fc.boolean(),
  repeatsName: fc.boolean(),
  emptyInstead: fc.boolean(),
  argumentsFirst: fc.boolean(),
  trailing: fc.constantFrom('', ' ', '\n'),
});

const toolCall = fc.record({
  name: fc.constantFrom('f', 'g', 'search'),
  arguments: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean())),
  cuts: fc.array(fc.nat(6), { maxLength: 6 }),
});

const pieces = (text: string, sizes: readonly number[]): string[] => {
  let rest = text;
  const cut = sizes.map((size) => {
    const piece = rest.slice(0, size);
    rest = rest.slice(size);
    return piece;
  });
  return [...cut, rest];
};

const fragmentsOf = (
  { name, arguments: value, cuts }: { name: string; arguments: object; cuts: readonly number[] },
  position: number,
  how: Style,
): ToolCallFragment[] => {
  const id = `id-${position}`;
  const indexed = how.indexed ? { index: how.firstIndex + position } : {};
  const blank = how.emptyInstead ? '' : undefined;
  const repeated = {
    id: how.repeatsId || !how.indexed ? id : blank,
    name: how.repeatsName && (how.repeatsId || how.indexed) ? name : blank,
  };
  const texts = pieces(JSON.stringify(value), cuts).concat(how.trailing);
  const start = { ...indexed, id, name };
  const rest = texts.map((text) => ({ ...indexed, ...repeated, arguments: text }));
  const [first = '', ...others] = texts;
  if (how.argumentsFirst && how.indexed && first !== '') {
    return [
      { ...indexed, arguments: first },
      start,
      ...others.map((text) => ({ ...indexed, ...repeated, arguments: text })),
    ];
  }
  return [start, ...rest];
};

/** Mixes the calls' fragments, each call's own in their order. */
const interleave = (lists: readonly ToolCallFragment[][], picks: readonly number[]): ToolCallFragment[] => {
  const queues = lists.map((list) => [...list]);
  const result: ToolCallFragment[] = [];
  // The first fragments come in the order of the calls, so that the order of the answer is a given one.
  for (const queue of queues) result.push(...queue.splice(0, 1));
  for (let turn = 0; queues.some((queue) => queue.length > 0); turn += 1) {
    const open = queues.filter((queue) => queue.length > 0);
    const queue = open[(picks[turn % Math.max(1, picks.length)] ?? 0) % open.length];
    result.push(...(queue?.splice(0, 1) ?? []));
  }
  return result;
};

it('gives the same calls for every legal way to cut them', () => {
  fc.assert(
    fc.property(fc.array(toolCall, { maxLength: 4 }), style, fc.array(fc.nat(7)), (calls, how, picks) => {
      const fragments = interleave(
        calls.map((call, position) => fragmentsOf(call, position, how)),
        picks,
      );
      expect(collected(fragments)).toEqual(
        calls.map(({ name, arguments: value }, position) => ({
          id: `id-${position}`,
          name,
          arguments: JSON.parse(JSON.stringify(value)) as unknown,
        })),
      );
    }),
    { numRuns: 2000 },
  );
});
