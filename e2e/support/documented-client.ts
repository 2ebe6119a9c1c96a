import { readFileSync } from 'node:fs';
import path from 'node:path';

const page = path.resolve(import.meta.dirname, '../../docs/clients.md');

/** Where the page's blocks have chatd, and the model that they name. */
const address = 'http://127.0.0.1:3220';
const model = 'ollama/qwen3:4b';

/** What to put in their place. */
export interface Place {
  readonly url: string;
  readonly model: string;
}

/** The first code block below a heading of the page for users: what is tested here is what stands there. */
export const documentedBlock = (heading: string, place: Place): string => {
  const section = readFileSync(page, 'utf8').split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const block = /^```\w+\n([\s\S]*?)^```/m.exec(section)?.[1];
  if (block === undefined) throw new Error(`docs/clients.md has no code block below "${heading}"`);
  for (const expected of [address, model]) {
    if (!block.includes(expected)) throw new Error(`The block below "${heading}" does not name ${expected}`);
  }
  return block.replaceAll(address, place.url).replaceAll(model, place.model);
};

/** The variables that a block of shell commands exports. */
export const exportsOf = (block: string): Readonly<Record<string, string>> =>
  Object.fromEntries([...block.matchAll(/^export (\w+)=(\S*)$/gm)].map(([, name, value]) => [name, value]));
