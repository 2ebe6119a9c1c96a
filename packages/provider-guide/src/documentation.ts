// The build script runs this file as it is, by Node's type stripping: no imports of other source files here.
import { readdirSync, readFileSync } from 'node:fs';

/** One section of the documentation. */
export interface Passage {
  /** The file's path inside the repository, for example `docs/faq.md`. */
  readonly file: string;
  /** The page's first heading. */
  readonly page: string;
  /** The section's own heading; the page's title for what comes before the first one. */
  readonly heading: string;
  /** Markdown without the heading. */
  readonly text: string;
}

const headingLine = /^(#{1,3})\s+(.+?)\s*#*$/;
const fence = /^\s*(?:`{3,}|~{3,})/;

/** Splits a Markdown page at its headings of level 1 to 3; lines inside code fences are never headings. */
export const splitMarkdown = (file: string, markdown: string): readonly Passage[] => {
  const sections: { heading: string; lines: string[] }[] = [];
  let inFence = false;
  for (const line of markdown.split(/\r?\n/)) {
    if (fence.test(line)) inFence = !inFence;
    const heading = inFence ? undefined : headingLine.exec(line)?.[2];
    if (heading !== undefined) sections.push({ heading, lines: [] });
    else sections.at(-1)?.lines.push(line);
  }
  const page = sections[0]?.heading ?? file;
  return sections
    .map(({ heading, lines }) => ({ file, page, heading, text: lines.join('\n').trim() }))
    .filter(({ text }) => text !== '');
};

/** The root README and the pages of `docs/`; decision records are history, not answers. */
export const readDocumentation = (repository: URL): readonly Passage[] => {
  const pages = readdirSync(new URL('docs/', repository)).filter((name) => name.endsWith('.md'));
  return ['README.md', ...pages.sort().map((name) => `docs/${name}`)].flatMap((file) =>
    splitMarkdown(file, readFileSync(new URL(file, repository), 'utf8')),
  );
};
