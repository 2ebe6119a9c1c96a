import { expect, it } from 'vitest';
import * as exported from '../src/index.js';

it('exports these names', () => {
  expect(Object.keys(exported).sort()).toMatchInlineSnapshot(`
    [
      "asPieces",
      "bytesOf",
      "everySplit",
      "json",
      "ndjson",
      "readTranscript",
      "splitAt",
      "sse",
      "startUpstream",
      "testParameters",
      "testProvider",
      "text",
      "withPieces",
    ]
  `);
});
