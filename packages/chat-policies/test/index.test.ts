import { expect, it } from 'vitest';
import * as exported from '../src/index.js';

it('exports these names; each is a promise until the next major version', () => {
  expect(Object.keys(exported).sort()).toMatchInlineSnapshot(`
    [
      "balance",
      "buffered",
      "createCircuitBreaker",
      "createConcurrencyLimit",
      "createPlaces",
      "createTargetLoad",
      "enforceEventRules",
      "fallback",
      "gate",
      "hedge",
      "observeTogether",
      "recordAttempt",
      "recordSkip",
      "retry",
      "timeout",
      "totalTimeoutError",
    ]
  `);
});
