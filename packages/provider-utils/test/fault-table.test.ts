import type { ErrorCode } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { toFrameError } from '../src/index.js';
import { httpError, openAi } from './support/fault.js';

interface Row {
  readonly status: number;
  readonly body: unknown;
  readonly code: ErrorCode;
  /** Left out where the code's own flag holds. */
  readonly retryable?: boolean;
  readonly reroutable?: boolean;
}

const row = (status: number, body: unknown, code: ErrorCode, flags: Partial<Row> = {}): Row => ({
  status,
  body,
  code,
  ...flags,
});

const statuses: readonly Row[] = [
  row(400, '', 'invalid-request', { retryable: false, reroutable: false }),
  row(401, '', 'unauthenticated', { retryable: false, reroutable: true }),
  row(402, '', 'quota-exceeded', { retryable: false, reroutable: true }),
  row(403, '', 'permission-denied', { retryable: false, reroutable: true }),
  row(404, '404 page not found', 'upstream-failure', { retryable: false, reroutable: true }),
  row(405, '', 'upstream-failure', { retryable: false }),
  row(408, '', 'timeout', { retryable: true }),
  row(409, '', 'upstream-failure', { retryable: true }),
  row(410, '', 'upstream-failure', { retryable: false }),
  row(413, '', 'invalid-request', { retryable: false, reroutable: true }),
  row(415, '', 'upstream-failure', { retryable: false }),
  row(418, '', 'upstream-failure', { retryable: false }),
  row(422, '', 'invalid-request'),
  row(424, '', 'upstream-failure', { retryable: true }),
  row(425, '', 'upstream-failure', { retryable: true }),
  row(429, '', 'rate-limited', { retryable: true }),
  row(498, '', 'overloaded', { retryable: true }),
  row(499, 'request canceled', 'upstream-failure', { retryable: true }),
  row(500, '', 'upstream-failure', { retryable: true }),
  row(501, '', 'unsupported', { retryable: false }),
  row(502, '', 'upstream-failure', { retryable: true }),
  row(503, '', 'overloaded', { retryable: true }),
  row(504, '', 'timeout', { retryable: true }),
  ...[520, 521, 522, 523, 530].map((status) => row(status, '', 'upstream-failure', { retryable: true })),
  row(524, '', 'timeout', { retryable: true }),
  row(529, '', 'overloaded', { retryable: true }),
  row(599, '', 'upstream-failure', { retryable: true }),
];

const machineCodes: readonly Row[] = [
  row(401, openAi('Incorrect API key provided', 'invalid_api_key'), 'unauthenticated'),
  row(400, openAi('Too long', 'context_length_exceeded'), 'context-too-long'),
  row(400, openAi('No such field', 'unsupported_parameter'), 'unsupported', { reroutable: true }),
  row(400, openAi('No such value', 'unsupported_value'), 'unsupported'),
  row(400, openAi('Bad', 'invalid_value'), 'invalid-request'),
  row(400, openAi('Bad', 'string_above_max_length'), 'invalid-request'),
  row(400, openAi('Bad', 'content_policy_violation'), 'content-filtered', { reroutable: false }),
  row(400, openAi('The response was filtered', 'content_filter'), 'content-filtered'),
  row(403, openAi('Country not supported', 'unsupported_country_region_territory'), 'permission-denied'),
  row(404, openAi('The model `x` does not exist', 'model_not_found'), 'model-not-found', {
    reroutable: true,
  }),
  row(
    404,
    openAi('The API deployment for this resource does not exist', 'DeploymentNotFound'),
    'model-not-found',
  ),
  row(429, openAi('You exceeded your current quota', 'insufficient_quota'), 'quota-exceeded', {
    retryable: false,
  }),
  row(429, openAi('Rate limit reached for x', 'rate_limit_exceeded'), 'rate-limited'),
  row(429, openAi('The server is overloaded', 'RateLimitReached'), 'overloaded'),
  row(400, openAi('Tool call failed', 'tool_use_failed'), 'upstream-failure', { retryable: true }),
  row(400, openAi('Not JSON', 'json_validate_failed'), 'upstream-failure', { retryable: true }),
  row(413, openAi('Request too large', 'rate_limit_exceeded'), 'rate-limited', { retryable: false }),
  row(400, openAi('too big', 'exceed_context_size_error'), 'context-too-long'),
  row(501, openAi('no', 501, 'not_supported_error'), 'unsupported'),
  row(400, openAi('x', 'too_many_prompt_tokens'), 'context-too-long'),
  row(400, { id: '1', message: 'x', code: 'TOO_MANY_TOKENS' }, 'context-too-long'),
  row(
    401,
    { type: 'error', error: { type: 'authentication_error', message: 'invalid x-api-key' } },
    'unauthenticated',
  ),
  row(404, { type: 'error', error: { type: 'not_found_error', message: 'model: x' } }, 'model-not-found'),
  row(400, { type: 'error', error: { type: 'billing_error', message: 'pay' } }, 'quota-exceeded'),
  row(500, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, 'overloaded'),
  row(
    400,
    [{ error: { code: 400, message: 'API key not valid.', status: 'INVALID_ARGUMENT' } }],
    'unauthenticated',
  ),
];

const words: readonly Row[] = [
  ...[
    "This model's maximum context length is 8192 tokens",
    'prompt is too long: 210000 tokens > 200000 maximum',
    'prompt too long; exceeded max context length by 12 tokens',
    'input is too long for this model',
    'the input length exceeds the context length',
    'request (9000 tokens) exceeds the available context size (4096 tokens)',
    'The input token count exceeds the maximum number of tokens allowed',
    'Please reduce the length of the messages',
    'inputs tokens + max_new_tokens must be; max_tokens exceed the limit',
  ].map((message) => row(400, openAi(message), 'context-too-long', { reroutable: true })),
  row(422, openAi('maximum context length is 1'), 'context-too-long'),
  row(400, openAi('max_tokens must be at least 1'), 'invalid-request'),
  row(400, openAi('limit of 6000 tokens per minute reached; reduce the length'), 'rate-limited', {
    retryable: false,
  }),
  row(400, openAi('Incorrect API key provided: xa***. You can obtain a key'), 'unauthenticated'),
  row(400, openAi('API key not valid. Please pass a valid API key.'), 'unauthenticated'),
  row(400, openAi('Your request was flagged by our content policy'), 'content-filtered'),
  row(403, openAi('Input was flagged for moderation'), 'content-filtered'),
  row(400, openAi('Your credit balance is too low to access the API'), 'quota-exceeded'),
  row(403, openAi('Your team has no credits left'), 'quota-exceeded'),
  row(403, openAi('usage limit for this billing cycle'), 'quota-exceeded'),
  row(403, openAi('your plan requires a subscription'), 'permission-denied'),
  row(400, openAi('this model does not support tools'), 'unsupported'),
  row(429, openAi('The engine is currently overloaded, please try again later'), 'overloaded'),
  row(429, openAi('We are over capacity'), 'overloaded'),
  row(429, openAi('Service tier capacity exceeded for this model.', '3505'), 'rate-limited'),
  row(429, openAi('Service capacity exceeded', 3505), 'rate-limited'),
  row(429, { message: 'Service tier capacity exceeded for this model.' }, 'rate-limited'),
  row(429, { message: 'Capacity exceeded for your tier' }, 'rate-limited'),
  row(429, { message: 'Capacity exceeded' }, 'overloaded'),
  row(400, { message: 'TOO_MANY_TOKENS: 9000 of 8192' }, 'context-too-long'),
  row(400, { message: 'CONTEXT_LENGTH exceeded by 12' }, 'context-too-long'),
  row(400, { detail: 'PROMPT_TOO_LONG' }, 'context-too-long'),
  row(429, openAi('Rate limit reached, try again later'), 'rate-limited'),
  row(429, openAi('x is temporarily rate-limited upstream'), 'rate-limited'),
  row(429, openAi('Limit 3 requests per min. Add a payment method to raise it'), 'rate-limited'),
  row(
    429,
    openAi('You exceeded your current quota, please check your plan and billing details'),
    'quota-exceeded',
  ),
  row(429, openAi('usage limit reached, try again later'), 'quota-exceeded', { retryable: false }),
  row(429, openAi('insufficient balance, please recharge'), 'quota-exceeded'),
  row(429, openAi('please upgrade your plan'), 'quota-exceeded'),
  row(500, openAi('model is currently unavailable due to high demand'), 'overloaded'),
  row(503, openAi('Loading model', 503, 'unavailable_error'), 'overloaded'),
  row(404, openAi("model 'x' not found"), 'model-not-found'),
  row(403, '<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>', 'permission-denied'),
];

describe.each([
  ['the status', statuses],
  ['the machine code', machineCodes],
  ['the words', words],
] as const)('by %s', (_, rows) => {
  it.each(rows)('$status $body: $code', async ({ status, body, code, retryable, reroutable }) => {
    const error = await httpError(status, body, { model: 'm' });
    expect(error).toMatchObject({ code, provider: 'example', model: 'm', upstreamStatus: status });
    if (retryable !== undefined) expect(error.retryable).toBe(retryable);
    if (reroutable !== undefined) expect(error.reroutable).toBe(reroutable);
  });
});

describe('an error inside a 200', () => {
  it.each([
    [openAi('x', 'insufficient_quota'), 'quota-exceeded'],
    [openAi('x', 429), 'rate-limited'],
    [openAi('x', '503'), 'overloaded'],
    [openAi('prompt is too long'), 'context-too-long'],
    [openAi('The model is currently unavailable'), 'overloaded'],
    [{ error: 'model requires more memory' }, 'upstream-failure'],
    [{ error: 'usage limit', StatusCode: 429 }, 'quota-exceeded'],
    [{ error: { message: 'x', code: 400 } }, 'invalid-request'],
    [{ error: { message: 'x', code: 7 } }, 'upstream-failure'],
    [{ error: {} }, 'upstream-failure'],
    ['text', 'upstream-failure'],
    [null, 'upstream-failure'],
  ] as const)('%j is %s', (frame, code) => {
    expect(toFrameError(frame, { provider: 'example' })).toMatchObject({ code, provider: 'example' });
  });

  it('is retryable when nothing says otherwise, and has a message in any case', () => {
    expect(toFrameError({}, { provider: 'example' })).toMatchObject({
      retryable: true,
      message: 'example: no message',
      upstreamStatus: undefined,
    });
  });

  it('takes the wait from the headers of its response', () => {
    const error = toFrameError(openAi('x', 429), { provider: 'example', headers: { 'retry-after': '3' } });
    expect(error.retryAfterMs).toBe(3000);
  });
});
