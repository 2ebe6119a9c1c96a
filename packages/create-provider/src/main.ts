#!/usr/bin/env node
import { readCommandLine, usage } from './command-line.js';
import { complete } from './complete.js';
import { toNames } from './names.js';
import { scaffold } from './scaffold.js';
import { Cancelled, createTerminal } from './terminal.js';
import { nodeDefect, readManifest, toVersions } from './versions.js';

const run = async (): Promise<void> => {
  const line = readCommandLine(process.argv.slice(2));
  if (line.show === 'help') {
    process.stdout.write(usage);
    return;
  }
  const manifest = readManifest();
  if (line.show === 'version') {
    process.stdout.write(`${manifest.version}\n`);
    return;
  }
  // npm only warns of an old Node, and the tests of what was made would fail on it without a word of why.
  const oldNode = nodeDefect(manifest, process.version);
  if (oldNode !== undefined) throw new Error(oldNode);
  const versions = toVersions(manifest);
  const asks = process.stdin.isTTY && process.stdout.isTTY;
  const answers = await complete(line, asks ? createTerminal() : undefined);
  await scaffold(answers, versions, process.cwd());
  const { folder } = toNames(answers.packageName);
  process.stdout.write(`Made ${answers.packageName}. Next:

  cd ${folder}
  npm install
  npm test          # the conformance kit, offline
  npm run check     # types, lint, tests, build, and what would be published

README.md says how to run it in a chatd and how to publish it.
`);
};

try {
  await run();
} catch (error) {
  process.exitCode = 1;
  if (!(error instanceof Cancelled)) {
    process.stderr.write(`create-provider: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}
