import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Answers } from './answers.js';
import { toNames } from './names.js';
import { substitute } from './substitute.js';
import { fillVersions, type Versions } from './versions.js';

const templates = fileURLToPath(new URL('../templates', import.meta.url));

/** Names that npm would leave out of a package, or that a tool would take for its own, are stored with a `_`. */
const dotted = new Set(['_gitignore', '_github', '_changeset']);
const toName = (stored: string): string => {
  if (!stored.startsWith('_')) return stored;
  return `${dotted.has(stored) ? '.' : ''}${stored.slice(1)}`;
};

const filesOf = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
};

const isTaken = async (folder: string): Promise<boolean> => {
  try {
    return (await readdir(folder)).length > 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
};

/**
 * Writes the new package into a folder of its name below `parent`, and gives the folder's path. Throws when there is
 * something in it already.
 */
export const scaffold = async (answers: Answers, versions: Versions, parent: string): Promise<string> => {
  const names = toNames(answers.packageName);
  const target = path.join(parent, names.folder);
  if (await isTaken(target)) throw new Error(`the folder ${names.folder} is not empty: nothing was changed`);
  for (const layer of ['common', answers.protocol]) {
    const source = path.join(templates, layer);
    for (const stored of await filesOf(source)) {
      const file = path.join(target, ...substitute(stored, answers).split(path.sep).map(toName));
      const text = substitute(await readFile(path.join(source, stored), 'utf8'), answers);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, path.basename(file) === 'package.json' ? fillVersions(text, versions) : text);
    }
  }
  return target;
};
