import path from 'node:path';
import { type FaultWall, faults, startFaultWall } from '@lakehouse/provider-testkit/fault-wall';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, createCaller } from '../reliability/ask.js';
import { toMeasured, toTables } from '../reliability/document.js';
import { expectationOf, peculiar } from '../reliability/expectations.js';
import type { Form } from '../reliability/expected.js';
import { environment, kinds, toConfig } from '../reliability/limits.js';
import { casesOf, type Result, runCases } from '../reliability/run.js';
import { openGeneratedPart } from '../support/generated-part.js';
import { type RunningProgram, startProgram } from '../support/program.js';

/** caller → chatd, in a process of its own → provider package → the fault wall. */
let wall: FaultWall;
let chatd: RunningProgram;
let caller: Caller;
let results: readonly Result[];

const alone = casesOf(faults, ['whole', 'stream'], false);
const ofTwo = casesOf(faults, ['whole', 'stream', 'buffered'], true);
const writes = process.env.LAKEHOUSE_WRITE_DOCS === '1';

beforeAll(async () => {
  wall = await startFaultWall();
  chatd = await startProgram('chatd', toConfig(wall.url, [...alone, ...ofTwo]), environment);
  caller = createCaller(chatd.url);
  results = await runCases(wall, caller, [...alone, ...ofTwo]);
  if (writes) process.stdout.write(`${toMeasured(faults, results)}\n`);
}, 240_000);
afterAll(async () => {
  await caller.close();
  await chatd.stop();
  await wall.close();
});

describe.each([
  ['one target', false],
  ['the first of two targets', true],
] as const)('%s', (_, tier) => {
  describe.each(kinds)('over $use', (kind) => {
    it.each(faults)('$name: $about', ({ name }) => {
      const mine = results.filter(
        (result) => result.tier === tier && result.kind === kind && result.fault === name,
      );
      expect(mine).toHaveLength(tier ? 3 : 2);
      for (const { form, was, mustBe, expected, ms, leftOpen } of mine) {
        expect({ form, ...was }).toEqual({ form, ...mustBe });
        expect({ form, leftOpen }).toEqual({ form, leftOpen: 0 });
        // Timers and clocks round.
        expect(ms, `${form}: sooner than the rules allow`).toBeGreaterThan(expected.takesMs - 30);
        expect(ms, `${form}: later than its limit`).toBeLessThan(expected.withinMs);
      }
    });
  });
});

it('every fault that needs facts of its own is one of the wall', () => {
  expect(faults.map(({ name }) => name)).toEqual(expect.arrayContaining([...peculiar]));
});

it('behind a tier a whole answer and a held stream must come to the same', () => {
  const all = (form: Form) => faults.map((fault) => expectationOf(fault, form, true));
  expect(all('whole')).toEqual(all('buffered'));
});

it('nothing is left: no request is open, and the idle connections close', async () => {
  expect(wall.openRequests()).toBe(0);
  await expect.poll(() => wall.openSockets(), { timeout: 15_000 }).toBe(0);
});

it('docs/reliability.md holds what the run has shown', () => {
  const part = openGeneratedPart(
    path.resolve(import.meta.dirname, '../../docs/reliability.md'),
    '`pnpm reliability`',
  );
  const tables = toTables(faults, results);
  if (writes) {
    const wrong = results.filter(({ was, mustBe }) => JSON.stringify(was) !== JSON.stringify(mustBe));
    expect(wrong.map(({ fault, form }) => `${fault} ${form}`)).toEqual([]);
    part.write(tables);
  }
  expect(part.read(), 'run `pnpm reliability`, which writes the tables anew').toBe(tables);
});
