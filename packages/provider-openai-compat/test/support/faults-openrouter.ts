import { error, type Row } from './fault-row.js';

/** OpenRouter. */
export const openRouterRows: readonly Row[] = [
  ['key', 401, error('User not found.', { code: 401 }), { code: 'unauthenticated' }],
  [
    'credits',
    402,
    error('Insufficient credits', { code: 402 }),
    { code: 'quota-exceeded', retryable: false },
  ],
  [
    'moderation',
    403,
    error('Forbidden', { code: 403, metadata: { reasons: ['violence'], flagged_input: 'x' } }),
    { code: 'content-filtered' },
  ],
  ['key limit', 403, error('Key has no access', { code: 403 }), { code: 'permission-denied' }],
  [
    'no endpoint for the data policy',
    404,
    error('No endpoints found matching your data policy', { code: 404 }),
    { code: 'model-not-found', message: 'openrouter: No endpoints found matching your data policy' },
  ],
  [
    "one provider's dislike",
    400,
    error('Provider returned error', {
      code: 400,
      metadata: { provider_name: 'Acme', raw: '{"error":"bad schema"}' },
    }),
    { code: 'invalid-request', reroutable: true },
  ],
  [
    'the reason is in metadata.raw',
    400,
    error('Provider returned error', {
      code: 400,
      metadata: { provider_name: 'Acme', raw: '{"error":{"message":"prompt is too long"}}' },
    }),
    { code: 'context-too-long' },
  ],
  [
    'own mistake',
    400,
    error('messages: expected', { code: 400 }),
    { code: 'invalid-request', reroutable: false },
  ],
  [
    'rate upstream',
    429,
    error('Provider returned error', {
      code: 429,
      metadata: { raw: 'm is temporarily rate-limited upstream. Add credits', provider_name: 'Acme' },
    }),
    { code: 'rate-limited' },
  ],
  [
    'free models per day',
    429,
    error('Rate limit exceeded: free-models-per-day. Add 10 credits', { code: 429 }),
    { code: 'quota-exceeded' },
  ],
  ['timeout', 524, error('Timed out', { code: 524 }), { code: 'timeout', phase: 'upstream' }],
  [
    'provider down',
    502,
    error('Provider down', { code: 502 }),
    { code: 'upstream-failure', retryable: true },
  ],
  ['no provider', 503, error('No provider', { code: 503 }), { code: 'overloaded' }],
];
