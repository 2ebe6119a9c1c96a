import { toTable } from '../../support/generated-part.js';
import { type Driver, type Feature, features } from './driver.js';
import { explanations, footnoteOf } from './explanations.js';
import type { Cell } from './run.js';

/** What the table calls a provider of the run. */
export const kindNames: Readonly<Record<string, string>> = {
  lab: '`openai-compat`',
  local: '`ollama`',
  cloud: '`ollama-cloud`',
  signing: '`openrouter`',
};

const featureNames: Readonly<Record<Feature, string>> = {
  text: 'text, whole',
  stream: 'text, streamed',
  tools: 'two tool calls at once',
  results: 'their results sent back',
  reasoning: 'reasoning shown',
  replay: 'reasoning sent back',
  'replay in tool turns': 'the same, in a turn that calls tools',
  image: 'image',
  schema: 'JSON Schema',
  usage: "usage, as the upstream's",
  embeddings: 'embeddings',
};

const toText = (cell: Cell): string => {
  const footnote = footnoteOf(cell);
  const word = cell.seen === 'works' ? 'yes' : 'no';
  return footnote === undefined ? word : `${word} (${footnote})`;
};

/** One word for all providers, or what is there over most of them and then the others. */
const toCell = (cells: readonly Cell[]): string => {
  const texts = new Set(cells.map(toText));
  if (texts.size === 1) return [...texts].join();
  return cells.map((cell) => `${kindNames[cell.kind] ?? cell.kind}: ${toText(cell)}`).join('<br>');
};

/** The whole matrix in Markdown; throws when a cell is missing or has no explanation. */
export const toMatrix = (
  drivers: readonly Pick<Driver, 'name'>[],
  kinds: readonly string[],
  cells: readonly Cell[],
): string => {
  const cellsOf = (front: string, feature: Feature): readonly Cell[] => {
    const found = cells.filter((cell) => cell.front === front && cell.feature === feature);
    if (found.length !== kinds.length)
      throw new Error(`The run lacks ${feature} of ${front} over some provider`);
    return found;
  };
  const table = toTable([
    ['', ...drivers.map(({ name }) => name)],
    ...features.map((feature) => [
      featureNames[feature],
      ...drivers.map(({ name }) => toCell(cellsOf(name, feature))),
    ]),
  ]);
  const notes = explanations.map(({ text }, index) => `${index + 1}. ${text}`).join('\n');
  return [table, notes].join('\n\n');
};
