import { pluginDefect } from '@lakehouse/chat-core';
import { expect, it } from 'vitest';
import * as exported from '../src/index.js';

it('exports these names; each is a promise until the next major version', () => {
  expect(Object.keys(exported).sort()).toMatchInlineSnapshot(`
    [
      "answerLineSchema",
      "askAvailability",
      "baseUrlSchema",
      "checkBaseUrl",
      "createAnswerReader",
      "createFetchJson",
      "createOllama",
      "default",
      "keyOptions",
      "ollamaFaultRules",
      "ollamaTimeouts",
      "readEmbedAnswer",
      "readLineEnd",
      "readListedDetails",
      "readTags",
      "streamExchange",
      "toChatBody",
      "toEmbedBody",
      "toImages",
      "toModelInfo",
      "toSamplingOptions",
      "toText",
      "toThink",
      "toTools",
      "toolNames",
      "withProviderOptions",
    ]
  `);
});

it('is a plugin', () => {
  expect(pluginDefect(exported.default)).toBeUndefined();
  expect(exported.default).toMatchObject({
    name: 'ollama',
    timeouts: { connectMs: 5_000, firstContentMs: 300_000, idleMs: 120_000 },
  });
});
