import type { TextFilter } from '@lakehouse/provider-utils';

const word = 'Assistant:';

/** The label begins within so many characters or not at all: whoever writes endless blank lines is not waited for. */
const labelWithin = 256;

/**
 * Takes one leading `Assistant:` off an answer, with the white space around it, however it is cut into pieces. Models
 * that were given a transcript write it now and then. Any other text passes unchanged.
 */
export const createLabelFilter = (): TextFilter => {
  let held = '';
  let state: 'before' | 'behind-label' | 'text' = 'before';
  const pass = (delta: string): string => {
    if (state === 'text') return delta;
    const rest = delta.trimStart();
    if (rest !== '') state = 'text';
    return rest;
  };
  return {
    push(delta) {
      if (state !== 'before') return pass(delta);
      held += delta;
      const begun = held.trimStart();
      const near = held.length - begun.length < labelWithin;
      if (near && begun.length < word.length && word.startsWith(begun)) return '';
      const labelled = near && begun.startsWith(word);
      state = labelled ? 'behind-label' : 'text';
      const text = labelled ? begun.slice(word.length) : held;
      held = '';
      return pass(text);
    },
    end() {
      const rest = held;
      held = '';
      state = 'text';
      return rest;
    },
  };
};

/** Several filters as one, the first listed first; undefined when there is none. */
export const chainFilters = (filters: readonly TextFilter[]): TextFilter | undefined => {
  if (filters.length === 0) return undefined;
  const through = (from: number, text: string): string =>
    filters.slice(from).reduce((rest, filter) => filter.push(rest), text);
  return {
    push: (delta) => through(0, delta),
    end: () => filters.map((filter, index) => through(index + 1, filter.end())).join(''),
  };
};
