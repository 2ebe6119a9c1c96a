import { expect, test } from 'vitest';
import * as api from '../src/index.js';

test('the exports are these', () => {
  expect(Object.keys(api).sort()).toMatchInlineSnapshot(`
    [
      "ConfigError",
      "bindAddress",
      "byteSize",
      "checkConfig",
      "didYouMean",
      "duration",
      "findConfigFile",
      "formatBindAddress",
      "formatByteSize",
      "formatDuration",
      "formatKeyPath",
      "formatProblem",
      "isConfigError",
      "isLoopback",
      "isTrustedHost",
      "parseBindAddress",
      "parseByteSize",
      "parseConfig",
      "parseDuration",
      "readConfigFile",
      "suggest",
      "validateConfig",
    ]
  `);
});
