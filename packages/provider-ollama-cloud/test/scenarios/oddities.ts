import type { ErrorCode } from '@lakehouse/chat-core';
import { json, type Scenario, text } from '@lakehouse/provider-testkit';

const ref = '(ref: 0b6c1d1e-93ab-4f4e-8f5e-6f2d1c9b7a10)';

const refused: readonly (readonly [status: number, error: string, code: ErrorCode])[] = [
  [400, 'model is required', 'invalid-request'],
  [429, `you (ada) have reached your hourly usage limit, upgrade for higher limits ${ref}`, 'quota-exceeded'],
  [429, `you (ada) have reached your weekly usage limit, upgrade for higher limits ${ref}`, 'quota-exceeded'],
  [429, 'too many requests', 'rate-limited'],
  [502, `error contacting the model ${ref}`, 'upstream-failure'],
];

/** The texts of errors that stand for a class, and what the proxy in front says. */
export const oddityScenarios: readonly Scenario[] = [
  ...refused.map(
    ([status, error, code]): Scenario => ({
      name: `${status} "${error.replace(ref, '').trim()}" is ${code}`,
      whole: json({ error }, { status }),
      error: { code, upstreamStatus: status },
    }),
  ),
  {
    name: 'the front proxy gave up waiting',
    whole: text('upstream request timeout', { status: 504 }),
    error: { code: 'timeout', phase: 'upstream', upstreamStatus: 504 },
  },
  {
    name: 'a 500 is plain text too',
    whole: text('Internal Server Error', { status: 500 }),
    error: { code: 'upstream-failure', retryable: true },
  },
];
