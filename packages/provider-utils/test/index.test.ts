import { expect, it } from 'vitest';
import * as exported from '../src/index.js';

it('exports these names; each is a promise until the next major version', () => {
  expect(Object.keys(exported).sort()).toMatchInlineSnapshot(`
    [
      "ToolCallAssembler",
      "checkFormat",
      "commonFaultRules",
      "createCodeFenceFilter",
      "createEventStream",
      "createLineDecoder",
      "createNdjsonDecoder",
      "createSseDecoder",
      "createUpstream",
      "createWarningList",
      "decodeBody",
      "defaultLimits",
      "excerpt",
      "findKey",
      "formatInstruction",
      "frameFaultRules",
      "generateToolCallId",
      "parseJsonLoosely",
      "parseUpstreamJson",
      "parseWait",
      "readFault",
      "readFaultBody",
      "readObject",
      "readRetryAfter",
      "redact",
      "requireKey",
      "toFrameError",
      "toHttpError",
      "toTransportError",
      "tooLarge",
    ]
  `);
});
