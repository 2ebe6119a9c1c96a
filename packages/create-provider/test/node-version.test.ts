import { expect, it } from 'vitest';
import { nodeDefect } from '../src/versions.js';

const manifest = { engines: { node: '>=22.19' } };

it.each(['v20.20.2', 'v22.18.9', 'v9.99.0'])(
  'makes nothing on Node %s, and says what is needed',
  (running) => {
    expect(nodeDefect(manifest, running)).toBe(
      `Node >=22.19 is needed, this is ${running}; nothing was made`,
    );
  },
);

it.each(['v22.19.0', 'v23.0.0', 'v24.21.0'])('works on Node %s', (running) => {
  expect(nodeDefect(manifest, running)).toBeUndefined();
});
