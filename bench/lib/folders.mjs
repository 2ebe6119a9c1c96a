import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const folders = new Set();

/** A folder for files that nobody wants to keep. */
export const createFolder = () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
  folders.add(folder);
  return folder;
};

export const removeFolder = (folder) => {
  folders.delete(folder);
  rmSync(folder, { recursive: true, force: true });
};

process.once('exit', () => folders.forEach(removeFolder));
