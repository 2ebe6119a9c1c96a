import { errorTable } from '@lakehouse/chat-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FaultWall, faults, startFaultWall } from '../src/fault-wall/index.js';
import { look } from './support/look.js';
import { forms } from './support/protocols.js';
import { sights } from './support/sights.js';

let wall: FaultWall;
beforeAll(async () => {
  wall = await startFaultWall();
});
afterAll(() => wall.close());

it('every fault has its row here', () => {
  expect(Object.keys(sights).sort()).toEqual(faults.map(({ name }) => name).sort());
});

it('every fault says in one sentence what it does, and means an answer or a known error code', () => {
  expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
  for (const { name, about, means } of faults) {
    expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(about, name).toMatch(/^.+\.$/);
    for (const outcome of [means.stream, means.whole])
      expect(['answer', ...Object.keys(errorTable)], name).toContain(outcome);
  }
});

describe('does on the wire what its row says, in both forms of every protocol:', () => {
  it.concurrent.each(faults.map(({ name }) => name))('%s', async (name) => {
    const expected = sights[name];
    await Promise.all(
      forms.map(async (form) => {
        const model = `${name}@wire ${form.name}`;
        const sight = await look(wall.url, form.path, { model, stream: form.stream }, expected?.look);
        const where = `${name}, ${form.name}`;
        expect(sight.status, where).toBe(expected?.status);
        expect(sight.ending, where).toBe(expected?.ending);
        for (const [header, value] of Object.entries(expected?.headers ?? {}))
          expect(sight.headers[header], `${where}, ${header}`).toEqual(value);
        expected?.check?.(sight, form);
      }),
    );
  });
});
