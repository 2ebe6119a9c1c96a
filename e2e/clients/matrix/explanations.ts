import type { Cell } from './run.js';

/** Why a cell does not say "yes", or says more than that. */
export interface Explanation {
  readonly text: string;
  readonly explains: (cell: Cell) => boolean;
}

const isToldLoss = ({ feature, seen, warnings }: Cell): boolean =>
  feature.startsWith('replay') &&
  seen === 'saw "It is 42."' &&
  /^other (messages|input)$/.test(warnings.join());

/** Every reason that there is. A cell that works without a warning needs none; every other one needs exactly one. */
export const explanations: readonly Explanation[] = [
  {
    text: 'The route has no such thing: `/api/generate` has one prompt. `/api/chat` has tools and earlier turns.',
    explains: ({ front, seen }) => front === 'Ollama generate' && seen === 'no such thing',
  },
  {
    text: 'The protocol has no embeddings. `POST /v1/embeddings` and `POST /api/embed` are there for every model.',
    explains: ({ front, feature, seen }) =>
      front !== 'Ollama generate' && feature === 'embeddings' && seen === 'no such thing',
  },
  {
    text: 'Left out with a warning: a server that is not known to take reasoning back gets none. A preset, or `quirks.reasoning_replay` of the provider, says that it does; `openrouter` is one that does.',
    explains: (cell) => cell.kind === 'lab' && isToldLoss(cell),
  },
  {
    text: 'Left out with a warning: without tools `ollama_cloud` is asked at `/api/generate`, whose prompt has no place for it. With tools it goes back.',
    explains: (cell) => cell.kind === 'cloud' && isToldLoss(cell),
  },
  {
    text: 'Left out with a warning: what such a server wants back beside the signature has a place in this protocol only in a turn that calls tools, and there it goes back; see [how reasoning comes back](#does-a-models-reasoning-come-back).',
    explains: (cell) => cell.front === 'Anthropic' && cell.kind === 'signing' && isToldLoss(cell),
  },
];

/** The number of a cell's footnote; undefined for one that works and says nothing more. Throws for a hole. */
export const footnoteOf = (cell: Cell): number | undefined => {
  if (cell.seen === 'works' && cell.warnings.length === 0) return undefined;
  const found = explanations.flatMap(({ explains }, index) => (explains(cell) ? [index + 1] : []));
  const [number] = found;
  if (number === undefined || found.length > 1) {
    throw new Error(`${found.length} explanations for ${JSON.stringify(cell)}`);
  }
  return number;
};
