import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { rules } from '../src/rules.js';
import type { Report } from '../src/testkit/report.js';
import { runSource } from './support/run-source.js';

const cwd = fileURLToPath(new URL('fixtures/package/', import.meta.url));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'testkit-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const report = (...filters: readonly string[]) =>
  runSource('testkit/main.ts', ['report', '--out', path.join(folder, 'out'), ...filters], cwd).ended;
const written = (): Report => JSON.parse(readFileSync(path.join(folder, 'out.json'), 'utf8')) as Report;

it('prints and writes which rules a provider passed', async () => {
  const { code, stdout, stderr } = await report('good');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(readFileSync(path.join(folder, 'out.md'), 'utf8')).toBe(stdout);
  expect(stdout).toMatch(
    /^# Conformance\n\n`@lakehouse\/provider-testkit` \d+\.\d+\.\d+, .+ v1\.\n\n## demo\n/,
  );
  expect(stdout).toContain('| Keys | 3 | 0 | 0 |');
  expect(stdout).toContain('rule 36 (needs plugin)');
  const { providers, kit } = written();
  expect(kit).toMatch(/^\d+\.\d+\.\d+$/);
  expect(providers.map(({ name, rules: results }) => [name, results.length])).toEqual([
    ['demo', rules.length],
  ]);
  const { passed = 0, failed, 'not-applicable': left = 0 } = providers[0]?.counts ?? {};
  expect({ failed, all: passed + left }).toEqual({ failed: 0, all: rules.length });
});

it('ends with 1 and names the rules that failed', async () => {
  const { code, stdout, stderr } = await report('flawed');
  expect(code).toBe(1);
  expect(stderr).toBe(
    'counts twice: rule 17 failed: Usage buckets are disjoint; what does not count tokens says so in `unit`. See https://github.com/lakehouse/chat/blob/main/docs/provider-spec.md#rule-17\n',
  );
  expect(stdout).toContain('  - rule 17: counts no token of a scenario twice\n');
  expect(written().providers[0]?.counts.failed).toBe(1);
});

it.each([
  ['broken', 'broken.rules.ts: this file cannot be loaded'],
  ['nowhere', 'no test of the kit ran here: call testProvider in a test file'],
])('writes nothing when it has nothing to report (%s)', async (filter, message) => {
  const { code, stdout, stderr } = await report(filter);
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: '',
    stderr: `lakehouse-testkit: ${message}\n`,
  });
  expect(written).toThrow('ENOENT');
});

it.each([
  [[], 'expected "report" or "record"'],
  [['repot'], 'expected "report" or "record", not "repot"'],
  [['record'], '--upstream must be an address such as https://api.example.com'],
  [
    ['record', '--upstream', 'http://127.0.0.1:9', '--port', 'x'],
    '--port must be a number from 0 to 65535, not "x"',
  ],
])('%j ends with one line that says what is wrong', async (parameters, message) => {
  const { code, stdout, stderr } = await runSource('testkit/main.ts', parameters).ended;
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: '',
    stderr: `lakehouse-testkit: ${message}\n`,
  });
});

it('--help prints how it is used', async () => {
  const { code, stdout, stderr } = await runSource('testkit/main.ts', ['--help']).ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^Usage: lakehouse-testkit report .*record --upstream URL.*--help/s);
});
