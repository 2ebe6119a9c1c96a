// `pnpm api` writes what each published library exports into its api.md; `pnpm api --check` explains what differs.
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { advise, breaks, compareReports } from './api/compare.ts';
import { entryPoints, extractReports } from './api/extract.mjs';
import { diffLines } from './api/lines.mjs';

const root = path.resolve(import.meta.dirname, '..');
const check = process.argv.includes('--check');
const contract = '@lakehouse/chat-core';
const problems = [];

const reports = extractReports(root, entryPoints(root));
const wanted = new Set(reports.map(({ file }) => file));
for (const stale of globSync('packages/*/api*.md', { cwd: root }).filter((file) => !wanted.has(file))) {
  if (check) problems.push(`${stale}: no published entry point belongs to it any more. Run: pnpm api`);
  else rmSync(path.join(root, stale));
}

for (const { file, name, text, undocumented, defects } of reports) {
  for (const defect of defects) problems.push(`${file}: the declarations are wrong: ${defect}`);
  for (const place of undocumented)
    problems.push(`${place} Say in 1-2 lines what it is: shapes, units, errors.`);
  const committed = path.join(root, file);
  if (!check) {
    writeFileSync(committed, text);
    continue;
  }
  const before = existsSync(committed) ? readFileSync(committed, 'utf8') : '';
  if (before === text) continue;
  const changes = compareReports(before, text);
  problems.push(
    [`${file} is not what ${name} exports:`, ...diffLines(before, text), ...advise(name, changes)].join('\n'),
  );
}

// The promise of 1.x, whatever was committed meanwhile: nothing of the frozen contract is gone or different.
for (const frozen of check ? globSync('e2e/compatibility/*/chat-core.api.md', { cwd: root }) : []) {
  const now = reports.find(({ name }) => name === contract);
  const broken = breaks(compareReports(readFileSync(path.join(root, frozen), 'utf8'), now.text));
  if (broken.length > 0)
    problems.push([`${frozen}: ${contract} no longer keeps to it:`, ...broken].join('\n'));
}

if (problems.length > 0) {
  process.stderr.write(
    `${problems.join('\n\n')}\n\n${problems.length} problems with what the packages export\n`,
  );
  process.exitCode = 1;
} else {
  process.stdout.write(
    `${reports.length} API reports ${check ? 'hold' : 'written'}, every export is documented\n`,
  );
}
