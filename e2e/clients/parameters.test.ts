import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openGeneratedPart } from '../support/generated-part.js';
import { kindNames } from './matrix/document.js';
import { toCell, toParameterTables } from './parameters/document.js';
import { type ParameterOutcome, runParameters } from './parameters/run.js';
import { lists, parametersOf } from './parameters/schemas.js';
import { type ClientLab, kinds, startClientLab } from './support.js';

/** Every parameter of every protocol, with a value that means something, over every kind of provider. */
let lab: ClientLab;
let outcomes: readonly ParameterOutcome[];

beforeAll(async () => {
  lab = await startClientLab();
  outcomes = await runParameters(
    lab,
    lists.map(([list]) => list),
    kinds,
  );
}, 180_000);
afterAll(() => lab.close());

/** Whether one of two paths holds the other. */
const isAbout = (one: string, other: string): boolean =>
  one === other || one.startsWith(`${other}.`) || one.startsWith(`${other}[`) || other.startsWith(`${one}.`);

describe.each(lists)('$name', (list, schema) => {
  it('the list has every parameter of the schema, and no other', () => {
    const known = parametersOf(schema);
    const tried = list.cases.map(({ parameter }) => parameter);
    const missing = known.filter((parameter) => !tried.some((one) => isAbout(one, parameter)));
    const stale = tried.filter((parameter) => !known.some((one) => isAbout(parameter, one)));
    expect({ missing, stale }).toEqual({ missing: [], stale: [] });
  });

  describe.each(list.cases)('$parameter', (tried) => {
    const mine = (): readonly ParameterOutcome[] =>
      outcomes.filter((outcome) => outcome.list === list.name && outcome.tried === tried);

    it('arrives, is warned of, is refused, or is for the front: never lost in silence', () => {
      expect(mine()).toHaveLength(kinds.length);
      for (const outcome of mine()) expect(() => toCell(outcome)).not.toThrow();
    });

    it('is named as in the body, and refused in the words of the protocol', () => {
      for (const { warnings, refused } of mine()) {
        const others = warnings.filter(({ parameter = '' }) => !isAbout(parameter, tried.parameter));
        expect(others).toEqual([]);
        if (refused) expect(refused).toMatchObject({ status: 400, word: expect.any(String) });
      }
    });

    it('is refused where it was warned of, when the request is strict', () => {
      for (const { strict } of mine()) {
        if (strict) expect(strict).toMatchObject({ status: 400, word: expect.any(String) });
      }
    });
  });
});

it('docs/parameters.md holds what the run has shown', () => {
  const file = path.resolve(import.meta.dirname, '../../docs/parameters.md');
  const part = openGeneratedPart(file, '`pnpm fronts`: the parameters');
  const columns = kinds.map(({ id }) => ({ id, name: kindNames[id] ?? id }));
  const tables = toParameterTables(
    lists.map(([list]) => list),
    columns,
    outcomes,
  );
  if (process.env.LAKEHOUSE_WRITE_DOCS === '1') part.write(tables);
  expect(part.read(), 'run `pnpm fronts`, which writes the tables anew').toBe(tables);
});
