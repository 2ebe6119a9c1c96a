import { distance } from 'fastest-levenshtein';

const normalise = (name: string): string => name.toLowerCase().replaceAll('-', '_');

/** The candidate that a misspelt name most likely meant; undefined when none is near enough. */
export const suggest = (name: string, candidates: Iterable<string>): string | undefined => {
  const wanted = normalise(name);
  const farthest = Math.max(1, Math.floor(wanted.length / 3));
  let best: { readonly candidate: string; readonly steps: number } | undefined;
  for (const candidate of candidates) {
    const steps = distance(wanted, normalise(candidate));
    if (steps <= farthest && (best === undefined || steps < best.steps)) best = { candidate, steps };
  }
  return best?.candidate;
};

/** `; did you mean "retry"?`, or an empty text when nothing is near enough. */
export const didYouMean = (name: string, candidates: Iterable<string>): string => {
  const found = suggest(name, candidates);
  return found === undefined ? '' : `; did you mean ${JSON.stringify(found)}?`;
};
