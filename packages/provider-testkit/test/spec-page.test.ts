import { expect, it } from 'vitest';
import { rules } from '../src/rules.js';
import { readSpecRows, readTestNames } from './support/spec-page.js';

const rows = readSpecRows();
const names = readTestNames();

it('docs/provider-spec.md has each rule of the kit, word for word, under its heading', () => {
  const shown = rows.map(({ number, group, sentence }) => ({ number, group, sentence }));
  expect(shown).toEqual(rules.map(({ number, group, sentence }) => ({ number, group, sentence })));
});

it('numbers are used once, and none is left out', () => {
  const numbers = rules.map(({ number }) => number).sort((left, right) => left - right);
  expect(numbers).toEqual(rules.map((_rule, index) => index + 1));
});

it('each rule has a test, and each test a rule', () => {
  expect([...names.keys()].sort((left, right) => left - right)).toEqual(
    rules.map(({ number }) => number).sort((left, right) => left - right),
  );
});

it.each(rows)('docs/provider-spec.md names the tests of rule $number', ({ number, tests }) => {
  expect(tests).toEqual(names.get(number));
});
