import { pluginDefect } from '@lakehouse/chat-core';
import { expect, it } from 'vitest';
import * as exported from '../src/index.js';

it('exports these names; each is a promise until the next major version', () => {
  expect(Object.keys(exported).sort()).toMatchInlineSnapshot(`
    [
      "chatdTimeouts",
      "createChatd",
      "default",
    ]
  `);
});

it('is a plugin', () => {
  expect(pluginDefect(exported.default)).toBeUndefined();
  expect(exported.default).toMatchObject({
    name: 'chatd',
    timeouts: { connectMs: 5_000, firstContentMs: 190_000, idleMs: 60_000 },
  });
});
