import type { IncomingHttpHeaders } from 'node:http';
import { type FaultRule, frameFaultRules } from '@lakehouse/provider-utils';

/** A rule that may look at more than messages and machine codes. */
export interface VendorRule extends FaultRule {
  /** The raw body matches this. */
  readonly body?: RegExp;
  /** The answer has a `retry-after` header. */
  readonly retryAfter?: true;
}

/** The rules that can apply to this answer. */
export const selectRules = (
  rules: readonly VendorRule[],
  answer: { readonly text?: string; readonly headers?: IncomingHttpHeaders },
): readonly FaultRule[] =>
  rules.filter(
    ({ body, retryAfter }) =>
      (body === undefined || body.test(answer.text ?? '')) &&
      (retryAfter === undefined || answer.headers?.['retry-after'] !== undefined),
  );

/** OpenRouter: the status is its own, the reason is often one level down in `metadata`. */
export const openRouterRules: readonly VendorRule[] = [
  // A budget that is only taken by requests in flight comes with a wait; a used-up one without.
  { status: 402, retryAfter: true, code: 'rate-limited' },
  { status: 402, code: 'quota-exceeded' },
  { status: 403, body: /"(flagged_input|reasons)"\s*:/, code: 'content-filtered' },
  { status: 404, words: /no endpoints/i, code: 'model-not-found' },
  { status: 429, words: /free-models-per-day/i, code: 'quota-exceeded' },
  { status: 429, words: /rate[- ]limited/i, code: 'rate-limited' },
  ...frameFaultRules,
  // One provider's dislike: another one may take the same request.
  { status: 400, body: /"provider_name"\s*:\s*"/, code: 'invalid-request', reroutable: true },
];

/** OpenCode Zen answers 401 for much more than a wrong key: only the class tells. */
export const openCodeRules: readonly VendorRule[] = [
  { machineCode: 'AuthError', code: 'unauthenticated' },
  {
    machineCode: [
      'CreditsError',
      'MonthlyLimitError',
      'UserLimitError',
      'FreeUsageLimitError',
      'GoUsageLimitError',
      'BlackUsageLimitError',
    ],
    code: 'quota-exceeded',
  },
  { machineCode: 'ModelError', code: 'model-not-found' },
  { machineCode: 'RegionError', code: 'permission-denied' },
  { machineCode: 'RateLimitError', code: 'rate-limited' },
  // Zen turns the 404 of a provider into a 400.
  { status: 400, words: /error from provider.*(not found|does not exist)/i, code: 'model-not-found' },
];

/** Kimi For Coding says itself that its texts are what to look at. */
export const kimiRules: readonly VendorRule[] = [
  { status: 400, words: /exceeded model token limit/i, code: 'context-too-long' },
  {
    status: 400,
    words: /total message size \d+ exceeds limit/i,
    code: 'invalid-request',
    callerStatus: 413,
    reroutable: true,
  },
  { status: 400, words: /considered high risk/i, code: 'content-filtered' },
  { status: 400, words: /unsupported image url|reasoning_content is missing/i, code: 'invalid-request' },
  {
    machineCode: ['invalid_authentication_error', 'incorrect_api_key_error'],
    code: 'unauthenticated',
  },
  { status: 402, code: 'quota-exceeded' },
  {
    status: [403, 429],
    words: /reached your usage limit|monthly usage limit|exceeded_current_quota|insufficient balance/i,
    code: 'quota-exceeded',
  },
  { status: 403, code: 'permission-denied' },
  { status: 404, words: /not found the model|permission denied/i, code: 'model-not-found' },
  { status: 429, words: /overloaded/i, code: 'overloaded' },
  { status: 429, words: /too many requests/i, code: 'rate-limited' },
];

/** Z.AI: a business code inside any status; 429 covers both rate and empty balance. */
const zaiRules: readonly VendorRule[] = [
  { machineCode: ['1113', '1308', '1309', '1310'], code: 'quota-exceeded' },
  { machineCode: '1211', code: 'model-not-found' },
  { machineCode: '1261', code: 'context-too-long' },
  { machineCode: '1301', code: 'content-filtered' },
  { machineCode: ['1302', '1303', '1305'], code: 'rate-limited' },
  { machineCode: '1311', code: 'permission-denied' },
  { machineCode: '1312', code: 'overloaded' },
];

/** Google's OpenAI front. */
const geminiRules: readonly VendorRule[] = [
  { status: [400, 401], words: /API_KEY_INVALID/, code: 'unauthenticated' },
  { status: 429, words: /PerDay/, code: 'quota-exceeded' },
  { status: 429, words: /PerMinute/, code: 'rate-limited' },
  { status: 400, machineCode: 'FAILED_PRECONDITION', code: 'permission-denied' },
];

/** A plain server may be any of these; none of their rules fits another one's answers. */
export const lookAlikeRules: readonly VendorRule[] = [
  ...zaiRules,
  ...geminiRules,
  // Together answers 403 when prompt and max_tokens together are too long.
  {
    status: [400, 403, 422],
    words: /tokens.*must be <=|longer than|context length|maximum context/i,
    code: 'context-too-long',
  },
  // xAI: a team without credits is a 403.
  { status: 403, words: /\bcredits?\b|spending limit|insufficient balance/i, code: 'quota-exceeded' },
  // LM Studio, inside a 200.
  { status: [400, 500], words: /tokens to keep|context overflow/i, code: 'context-too-long' },
];
