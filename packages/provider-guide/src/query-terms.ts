import MiniSearch from 'minisearch';

const stopWords = new Set(
  (
    'a about all am an and any are as at be but by can cannot could did do does for from get give gets had has have ' +
    'hello help hey hi how i if in into is isn it its just know let like may me mean means my need no not of on or ' +
    'our please shall should so some tell thank thanks that the their them then there they this to too use used ' +
    'want was we were what when where which who why will with would write you your'
  ).split(' '),
);

/** "streaming", "streamed" and "streams" are one word; both sides of a search are cut the same way. */
const stem = (term: string): string => term.replace(/(?<=\w{3})(?:ing|ed|s)$/, '');

/** A word as the index holds it; null for one that says nothing. */
export const processTerm = (term: string): string | null => {
  const word = term.toLowerCase();
  return word.length < 2 || stopWords.has(word) ? null : stem(word);
};

const tokenize: (text: string) => string[] = MiniSearch.getDefault('tokenize');

/** Each term is one synchronous search: a pasted book must not hold up the event loop. */
const mostTerms = 64;
const mostFuzzyTerms = 16;
/** Characters of a text that are looked at. */
const longestText = 32_768;
/** The cost of a fuzzy match grows with the square of the length. */
const longestFuzzyTerm = 32;

/** Whether spelling mistakes are looked through in a term, `index` being its place in the query. */
export const isFuzzy = (term: string, index: number): boolean =>
  index < mostFuzzyTerms && term.length > 4 && term.length <= longestFuzzyTerm;

/** What is searched for. */
export interface Query {
  /** The terms of the question itself. */
  readonly asked: ReadonlySet<string>;
  /** All terms, those of the question first; none stands there twice. */
  readonly terms: readonly string[];
}

/** The first distinct terms of a question and of what was asked before it, 64 together at most. */
export const toQuery = (question: string, earlier = ''): Query => {
  const terms = new Set<string>();
  const add = (text: string): void => {
    for (const token of tokenize(text.slice(0, longestText))) {
      if (terms.size === mostTerms) return;
      const term = processTerm(token);
      if (term !== null) terms.add(term);
    }
  };
  add(question);
  const asked = new Set(terms);
  add(earlier);
  return { asked, terms: [...terms] };
};
