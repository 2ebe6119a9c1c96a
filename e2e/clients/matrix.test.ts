import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openGeneratedPart } from '../support/generated-part.js';
import { toMatrix } from './matrix/document.js';
import { features } from './matrix/driver.js';
import { explanations, footnoteOf } from './matrix/explanations.js';
import { drivers } from './matrix/fronts.js';
import { type Cell, runMatrix } from './matrix/run.js';
import { type ClientLab, kinds, signing, startClientLab } from './support.js';

/** client, written by hand → chatd, in a process of its own → provider package → a stand-in for the upstream. */
let lab: ClientLab;
let cells: readonly Cell[];

const upstreams = [...kinds, signing];
beforeAll(async () => {
  lab = await startClientLab();
  cells = await runMatrix(lab.url, drivers, upstreams);
}, 120_000);
afterAll(() => lab.close());

describe.each(drivers)('$name', ({ name }) => {
  describe.each(upstreams)('over $id', ({ id }) => {
    it.each(features)('%s works, or it is explained', (feature) => {
      const mine = cells.filter(
        (cell) => cell.front === name && cell.kind === id && cell.feature === feature,
      );
      expect(mine).toHaveLength(1);
      for (const cell of mine) expect(() => footnoteOf(cell)).not.toThrow();
    });
  });
});

it('each explanation is needed', () => {
  const idle = explanations.filter(({ explains }) => !cells.some((cell) => explains(cell)));
  expect(idle).toEqual([]);
});

it('docs/parameters.md holds what the run has shown', () => {
  const file = path.resolve(import.meta.dirname, '../../docs/parameters.md');
  const part = openGeneratedPart(file, '`pnpm fronts`: what works');
  const matrix = toMatrix(
    drivers,
    upstreams.map(({ id }) => id),
    cells,
  );
  if (process.env.LAKEHOUSE_WRITE_DOCS === '1') part.write(matrix);
  expect(part.read(), 'run `pnpm fronts`, which writes the tables anew').toBe(matrix);
});
