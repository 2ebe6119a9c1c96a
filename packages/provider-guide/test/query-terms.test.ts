import { chat } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { createGuide } from '../src/index.js';
import { isFuzzy, toQuery } from '../src/query-terms.js';
import { ask, passages } from './support.js';

const words = (count: number, prefix: string): string =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`).join(' ');

describe('the terms that go into a search', () => {
  it('are the stems of the question, each one once, and then those of the earlier ones', () => {
    const { asked, terms } = toQuery('how do I stream streaming answers?', 'models, and answers');
    expect([...asked]).toEqual(['stream', 'answer']);
    expect(terms).toEqual(['stream', 'answer', 'model']);
  });

  it('are 64 at most, the question’s own first', () => {
    const { asked, terms } = toQuery(words(40_000, 'word'), words(40_000, 'other'));
    expect(asked.size).toBe(64);
    expect(terms).toEqual([...asked]);
    expect(toQuery('tea', words(40_000, 'other')).terms).toHaveLength(64);
  });

  it('are matched fuzzily where they are words of a common length, and only the first 16 of them', () => {
    const { terms } = toQuery(words(100, 'word'));
    expect(terms.filter(isFuzzy)).toEqual(terms.slice(0, 16));
    expect(isFuzzy('four', 0)).toBe(false);
    expect(isFuzzy('x'.repeat(33), 0)).toBe(false);
  });
});

describe('a question of 400 KB', () => {
  it.each([
    ['40,000 words', `bread ${words(40_000, 'word')}`, 'Nothing in the documentation fits'],
    ['the same word again and again', 'bread '.repeat(70_000), 'From docs/bread.md'],
    ['one word', 'x'.repeat(400_000), 'Nothing in the documentation fits'],
    ['white space', `bread${' '.repeat(400_000)}?`, 'From docs/bread.md'],
  ])('is answered: %s', async (_, question, content) => {
    const answer = await chat(createGuide({ passages }), ask(question));
    expect(answer.content).toContain(content);
  });
});
