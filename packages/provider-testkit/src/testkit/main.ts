#!/usr/bin/env node
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startRecorder } from '../recording/start-recorder.js';
import { placeOf } from '../rules.js';
import { createReport, failuresOf } from './report.js';
import { toMarkdown } from './report-markdown.js';
import { runRules } from './run-rules.js';

const usage = `Usage: lakehouse-testkit report [--out NAME] [FILTER ...]
       lakehouse-testkit record --upstream URL [--port PORT] [--out NAME]

report runs the tests of the kit in this package, prints which rules passed, and writes
NAME.md and NAME.json. It ends with 1 when a rule failed. FILTER is a part of a test file's path.

record starts a proxy on 127.0.0.1 in front of a real upstream. It writes each call with its
reads and times to NAME-1.json, NAME-2.json and so on, keys and account ids removed.

  --out NAME      where it writes (default "conformance", or "transcript")
  --upstream URL  for example https://api.example.com
  --port PORT     where the proxy listens (default 0: a free port)
  --help          prints this
`;

const readName = (file: string): string =>
  (JSON.parse(readFileSync(file, 'utf8')) as { name?: string }).name ?? 'this package';

const { version: kit } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const report = async (out: string, filters: readonly string[]): Promise<void> => {
  const tests = await runRules(process.cwd(), filters, readName(resolve('package.json')));
  if (tests.length === 0) throw new Error('no test of the kit ran here: call testProvider in a test file');
  const summary = createReport(kit, tests);
  const markdown = toMarkdown(summary);
  writeFileSync(`${out}.md`, markdown);
  writeFileSync(`${out}.json`, `${JSON.stringify(summary, undefined, 2)}\n`);
  process.stdout.write(markdown);
  const failures = failuresOf(summary);
  for (const { name, rule } of failures) {
    process.stderr.write(
      `${name}: rule ${rule.number} failed: ${rule.sentence} See ${placeOf(rule.number)}\n`,
    );
  }
  if (failures.length > 0) process.exitCode = 1;
};

const readPort = (text: string): number => {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new RangeError(`--port must be a number from 0 to 65535, not "${text}"`);
};

/** Never writes over a recording. */
const writeNew = (out: string, text: string): string => {
  for (let number = 1; ; number += 1) {
    const file = `${out}-${number}.json`;
    try {
      writeFileSync(file, text, { flag: 'wx' });
      return file;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
};

const record = async (upstream: string | undefined, port: number, out: string): Promise<void> => {
  if (upstream === undefined || !URL.canParse(upstream)) {
    throw new TypeError('--upstream must be an address such as https://api.example.com');
  }
  const recorder = await startRecorder({
    upstream,
    port,
    onTranscript: (transcript) => {
      const file = writeNew(out, `${JSON.stringify(transcript, undefined, 2)}\n`);
      const { request, response } = transcript;
      process.stdout.write(
        `${request.method} ${request.path}: ${response.status}, ${response.end}: ${file}\n`,
      );
    },
    onProblem: (problem) => process.stderr.write(`lakehouse-testkit: ${problem}\n`),
  });
  process.stdout.write(`The recorder listens on ${recorder.url} in front of ${new URL(upstream).origin}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void recorder.close());
};

const run = async (): Promise<void> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: 'string' },
      upstream: { type: 'string' },
      port: { type: 'string', default: '0' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const [command, ...filters] = positionals;
  if (values.help) process.stdout.write(usage);
  else if (command === 'report') await report(values.out ?? 'conformance', filters);
  else if (command === 'record')
    await record(values.upstream, readPort(values.port), values.out ?? 'transcript');
  else throw new Error(`expected "report" or "record"${command === undefined ? '' : `, not "${command}"`}`);
};

try {
  await run();
} catch (error) {
  process.stderr.write(`lakehouse-testkit: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
