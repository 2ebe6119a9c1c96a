import { pluginDefect } from '@lakehouse/chat-core';
import { expect, it } from 'vitest';
import * as exported from '../src/index.js';

it('exports these names; each is a promise until the next major version', () => {
  expect(Object.keys(exported).sort()).toMatchInlineSnapshot(`
    [
      "createOllamaCloud",
      "default",
      "ollamaCloudTimeouts",
    ]
  `);
});

it('is a plugin', () => {
  expect(pluginDefect(exported.default)).toBeUndefined();
  expect(exported.default).toMatchObject({
    name: 'ollama-cloud',
    timeouts: { connectMs: 10_000, firstContentMs: 60_000, idleMs: 60_000 },
  });
});
