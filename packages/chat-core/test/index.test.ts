import { expect, it } from 'vitest';
import * as exported from '../src/index.js';

it('exports these names; each is a promise until the next major version', () => {
  expect(Object.keys(exported).sort()).toMatchInlineSnapshot(`
    [
      "ChatError",
      "Collector",
      "EventRules",
      "Secret",
      "Turn",
      "base64Schema",
      "chat",
      "chatRequestSchema",
      "collect",
      "compose",
      "createCallContext",
      "createRegistry",
      "defineProvider",
      "errorTable",
      "eventsOf",
      "forEachEvent",
      "formatPath",
      "formatSchema",
      "inputTokens",
      "isChatError",
      "isContentEvent",
      "jsonObjectSchema",
      "listOf",
      "mediaTypeSchema",
      "outputTokens",
      "parseChatRequest",
      "parseToolArguments",
      "pluginDefect",
      "providerMetadataSchema",
      "resolveKey",
      "toChatError",
      "toInvalidRequest",
      "untilContent",
      "withErrorDetails",
    ]
  `);
});
