import type { Passage } from './documentation.js';

const introduction =
  'I am the built-in guide: a full-text search over this documentation, not a language model.';

const nameOf = ({ page, heading }: Passage): string => (heading === page ? page : `${page} › ${heading}`);

const shown = 3;

/** The text of an answer: what is speaking, the best passage with its source, and where else to look. */
export const composeAnswer = (found: readonly Passage[], all: readonly Passage[]): string => {
  const [best, ...others] = found.slice(0, shown);
  if (!best) {
    const pages = new Map(all.map(({ file, page }) => [file, page]));
    const topics = [...pages].map(([file, page]) => `- ${page} (${file})`).join('\n');
    return `${introduction}\n\nNothing in the documentation fits this question. It has these pages:\n\n${topics}`;
  }
  const more = others.map((passage) => `- ${nameOf(passage)} (${passage.file})`).join('\n');
  const seeAlso = more === '' ? '' : `\n\nSee also:\n${more}`;
  return `${introduction}\n\nFrom ${best.file}, "${nameOf(best)}":\n\n${best.text}${seeAlso}`;
};

/** Words with the white space before them; joined they are the text again. */
export const toWords = (text: string): readonly string[] => text.trimEnd().match(/\s*\S+/g) ?? [];
