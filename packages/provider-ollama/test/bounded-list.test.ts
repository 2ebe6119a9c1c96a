import { isChatError } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { boundedList } from '../src/bounded-list.js';
import { readChatLine } from '../src/wire-answer.js';
import { readShow, readTags } from '../src/wire-catalogue.js';
import { readEmbedAnswer } from '../src/wire-embed.js';

/** A list that counts how often an element of it is looked at. */
const counted = (element: unknown, length = 1_000): { list: readonly unknown[]; reads: () => number } => {
  const seen = new Set<string | symbol>();
  const list = new Proxy(
    Array.from({ length }, () => element),
    {
      get(target, key, receiver): unknown {
        if (typeof key === 'string' && /^\d+$/.test(key)) seen.add(key);
        return Reflect.get(target, key, receiver);
      },
    },
  );
  return { list, reads: () => seen.size };
};

const failure = (read: () => unknown): unknown => {
  try {
    return read();
  } catch (error) {
    return error;
  }
};

describe('a list from an upstream', () => {
  it('is read element by element', () => {
    const names = boundedList(z.object({ name: z.string() }));
    expect(names.parse([{ name: 'a', more: 1 }, { name: 'b' }])).toEqual([{ name: 'a' }, { name: 'b' }]);
    expect(names.parse([])).toEqual([]);
    expect(names.safeParse({ length: 0 }).success).toBe(false);
  });

  it('has one problem at most, with the place where it is', () => {
    const result = boundedList(z.object({ name: z.string() })).safeParse([{ name: 'a' }, { name: 1 }, 2, 3]);
    expect(result.error?.issues.map(({ path }) => path)).toEqual([[1, 'name']]);
  });

  it('that is longer than any catalogue is not read at all', () => {
    const { list, reads } = counted({ name: 'a' }, 10_001);
    expect(failure(() => readTags({ models: list }, 'p'))).toMatchObject({
      code: 'bad-response',
      message: 'p sent an answer of an unknown shape, at models',
    });
    expect(reads()).toBe(0);
    expect(readTags({ models: list.slice(1) }, 'p')).toHaveLength(10_000);
  });

  it.each<[string, unknown, string, (list: readonly unknown[]) => unknown]>([
    ['the models', 1, 'models.0', (models) => readTags({ models }, 'p')],
    [
      'the capabilities of a listed model',
      1,
      'models.0.capabilities',
      (capabilities) => readTags({ models: [{ name: 'a', capabilities }] }, 'p'),
    ],
    [
      'the capabilities of a shown model',
      1,
      'capabilities',
      (capabilities) => readShow({ capabilities }, 'p'),
    ],
    [
      'the tool calls',
      1,
      'message.tool_calls.0',
      (list) => readChatLine({ message: { tool_calls: list } }, 'p'),
    ],
    [
      'the vectors',
      1,
      'embeddings',
      (embeddings) => readEmbedAnswer({ embeddings }, { model: 'm', input: ['a'] }, 'p'),
    ],
    [
      'the numbers of a vector',
      'x',
      'embeddings',
      (vector) => readEmbedAnswer({ embeddings: [vector] }, { model: 'm', input: ['a'] }, 'p'),
    ],
  ])('is not read beyond its first wrong element: %s', (_, element, place, read) => {
    const { list, reads } = counted(element);
    const error = failure(() => read(list));
    expect(isChatError(error)).toBe(true);
    expect(error).toMatchObject({ code: 'bad-response', message: expect.stringMatching(`${place}$`) });
    expect(reads()).toBe(1);
  });
});
