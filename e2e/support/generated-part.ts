import { readFileSync, writeFileSync } from 'node:fs';

/** Rows of cells as a table of Markdown; the first row is its head. */
export const toTable = (rows: readonly (readonly string[])[]): string => {
  const [head = [], ...others] = rows;
  const lines = [head, head.map(() => '---'), ...others];
  return lines.map((row) => `| ${row.join(' | ')} |`).join('\n');
};

/** A page that holds a generated part between two marks. */
export interface GeneratedPart {
  read(): string;
  write(text: string): void;
}

/** The part of a page that `writer` writes, such as a command; throws for a page without its marks. */
export const openGeneratedPart = (file: string, writer: string): GeneratedPart => {
  const begin = `<!-- What follows is written by ${writer}. -->`;
  const end = `<!-- What was written by ${writer} ends here. -->`;
  const split = (): readonly [string, string, string] => {
    const page = readFileSync(file, 'utf8');
    const [first, last] = [page.indexOf(begin) + begin.length, page.indexOf(end)];
    if (first < begin.length || last < first)
      throw new Error(`${file} lacks the marks of its generated part`);
    return [page.slice(0, first), page.slice(first, last), page.slice(last)];
  };
  return {
    read: () => split()[1].trim(),
    write(text) {
      const [before, , after] = split();
      writeFileSync(file, `${before}\n\n${text}\n\n${after}`);
    },
  };
};
