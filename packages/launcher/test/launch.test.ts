import { expect, it, vi } from 'vitest';
import { isOldNode, launch } from '../src/index.js';

it.each([
  ['20.20.2', true],
  ['22.18.0', true],
  ['22.19.0', false],
  ['24.0.0', false],
  ['100.1.0', false],
])('Node %s is too old: %s', (version, old) => {
  expect(isOldNode(version)).toBe(old);
});

it('loads the program on a Node that is new enough', async () => {
  const load = vi.fn(() => Promise.resolve());
  await launch('example', load);
  expect(load).toHaveBeenCalledOnce();
});
