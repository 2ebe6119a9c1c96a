import MiniSearch, { type SearchResult } from 'minisearch';
import type { Passage } from './documentation.js';
import { isFuzzy, processTerm, toQuery } from './query-terms.js';

/** Passages for a question, the most fitting first; empty when none is about it. */
export type Search = (question: string, earlier?: string) => readonly Passage[];

/** What the earlier turns of a conversation count beside the last one. */
const earlierWeight = 0.15;
/** A heading that is a question was written as an answer to one. */
const questionWeight = 1.3;
/** Passages that are this much weaker than the best are not worth showing. */
const leastScore = 0.35;

/** Programs hold words of every kind; what they are about stands in the text around them. */
const withoutPrograms = (text: string): string => text.replace(/^```ts$[\s\S]*?^```$/gm, '');

/** What the index holds of a passage: a page's title counts once, also where it is the heading too. */
const toDocument = ({ heading, page, text }: Passage, id: number) => ({
  id,
  heading,
  page: page === heading ? '' : page,
  text: withoutPrograms(text),
});

/** A passage is about the question when it has most of its words, or half of them and one in its heading. */
const isAbout = (asked: ReadonlySet<string>, { queryTerms, match }: SearchResult): boolean => {
  const known = queryTerms.filter((term) => asked.has(term)).length / asked.size;
  return known > 0.5 || (known === 0.5 && Object.values(match).some((fields) => fields.includes('heading')));
};

/** Builds the index; asking it is synchronous and takes about a millisecond, however long the question is. */
export const createSearch = (passages: readonly Passage[]): Search => {
  const index = new MiniSearch<ReturnType<typeof toDocument>>({
    fields: ['heading', 'page', 'text'],
    processTerm,
    searchOptions: {
      boost: { heading: 3, page: 1.5 },
      prefix: (term) => term.length > 3,
      fuzzy: (term, index) => isFuzzy(term, index) && 0.2,
      boostDocument: (id: number) => (passages[id]?.heading.endsWith('?') ? questionWeight : 1),
    },
  });
  index.addAll(passages.map(toDocument));
  return (question, earlier) => {
    const { asked, terms } = toQuery(question, earlier);
    if (asked.size === 0) return [];
    const results = index.search(terms.join(' '), {
      tokenize: (text) => text.split(' '),
      processTerm: (term) => term, // they have been processed
      boostTerm: (term) => (asked.has(term) ? 1 : earlierWeight),
    });
    const fitting = results.filter((result) => isAbout(asked, result));
    const best = fitting[0]?.score ?? 0;
    return fitting
      .filter(({ score }) => score >= best * leastScore)
      .flatMap(({ id }) => passages[id as number] ?? []);
  };
};
