import { expect, it } from 'vitest';
import { createPlaces, type Places } from '../src/places.js';

/** Asks for a place as a call does, and writes down what becomes of it. */
const seek = (places: Places, name: string, told: string[], mayWait = true): (() => void) => {
  if (places.take()) {
    told.push(`${name} in`);
    return () => places.leave();
  }
  return places.seek({
    mayWait,
    admit: () => told.push(`${name} in`),
    refuse: (waiting) => told.push(`${name} refused behind ${waiting}`),
  });
};

it('are given first come, first served, and never to one that has withdrawn', () => {
  const told: string[] = [];
  const places = createPlaces({ limit: 1, maxQueue: 3 });
  seek(places, 'a', told);
  const [withdraw] = ['b', 'c', 'd'].map((name) => seek(places, name, told));
  seek(places, 'e', told);
  seek(places, 'f', told, false);
  expect(told).toEqual(['a in', 'e refused behind 3', 'f refused behind 3']);
  withdraw?.();
  places.leave();
  expect([told.at(-1), places.running, places.queued]).toEqual(['c in', 1, 1]);
});

it('let as many go as a higher limit allows, at once', () => {
  const told: string[] = [];
  const places = createPlaces({ limit: 1, maxQueue: 3 });
  for (const name of ['a', 'b', 'c', 'd']) seek(places, name, told);
  places.configure({ limit: 3, maxQueue: 0 });
  expect(told).toEqual(['a in', 'b in', 'c in']);
  places.configure({ maxQueue: 0 });
  expect([told.at(-1), places.running, places.queued]).toEqual(['d in', 4, 0]);
});
