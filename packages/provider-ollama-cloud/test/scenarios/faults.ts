import type { ChatError } from '@lakehouse/chat-core';
import { json, ndjson, type Scenario, type Script, text } from '@lakehouse/provider-testkit';
import { expect } from 'vitest';
import { last, line } from '../support/lines.js';

const same = (name: string, script: Script, error: Partial<ChatError>): Scenario => ({
  name,
  whole: script,
  stream: script,
  error,
});

const fails = (name: string, status: number, error: string, expected: Partial<ChatError>): Scenario =>
  same(name, json({ error }, { status }), { upstreamStatus: status, ...expected });

const says = (words: string): string => expect.stringContaining(words) as unknown as string;
const ref = '(ref: 0b6c1d1e-93ab-4f4e-8f5e-6f2d1c9b7a10)';

export const faultScenarios: readonly Scenario[] = [
  fails(
    'the cloud cuts no prompt',
    400,
    `prompt too long; exceeded max context length by 1200 tokens ${ref}`,
    {
      code: 'context-too-long',
      retryable: false,
    },
  ),
  fails('a wrong key', 401, 'unauthorized', { code: 'unauthenticated', retryable: false, reroutable: true }),
  fails('credit is needed', 402, 'payment required', { code: 'quota-exceeded', retryable: false }),
  fails(
    'a model of a paid plan',
    403,
    `this model requires a subscription, upgrade for access: https://ollama.com/upgrade ${ref}`,
    {
      code: 'permission-denied',
      reroutable: true,
    },
  ),
  fails('a model that was withdrawn', 404, "model 'glm-4.6' not found", {
    code: 'model-not-found',
    reroutable: true,
  }),
  fails(
    'a 429 that means a used-up plan window is no rate limit',
    429,
    `you (ada) have reached your session usage limit, upgrade for higher limits or add extra usage ${ref}`,
    {
      code: 'quota-exceeded',
      retryable: false,
      reroutable: true,
    },
  ),
  ...[429, 503].map((status) =>
    fails(
      `the wait for a concurrent slot is a rate limit, whatever its status (${status})`,
      status,
      `timed out waiting for a concurrent request slot ${ref}`,
      {
        code: 'rate-limited',
        retryable: true,
      },
    ),
  ),
  fails('a bare 500 with a reference', 500, `Internal Server Error ${ref}`, {
    code: 'upstream-failure',
    retryable: true,
  }),
  fails('the cloud is overloaded', 503, `Server overloaded, please retry shortly ${ref}`, {
    code: 'overloaded',
    retryable: true,
  }),
  same('the front proxy answers with plain text', text('upstream connect error', { status: 502 }), {
    code: 'upstream-failure',
    retryable: true,
  }),
  same(
    'the front proxy answers with a page',
    text('<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>x</body></html>', {
      status: 502,
      headers: { 'content-type': 'text/html' },
    }),
    { code: 'upstream-failure', message: says('502 Bad Gateway') },
  ),
  {
    name: 'a failure in the middle of the stream is a line with an error',
    stream: ndjson([line('Once'), { error: `Internal Server Error ${ref}` }]),
    error: { code: 'upstream-failure', model: 'kimi-k2.6' },
  },
  {
    name: 'a body without the last line was cut',
    whole: json(line('Once')),
    stream: ndjson([line('Once')]),
    error: { code: 'bad-response' },
  },
  {
    name: 'a prompt that the server takes for empty only loads the model',
    whole: json(last('', { done_reason: 'load' })),
    stream: ndjson([last('', { done_reason: 'load' })]),
    error: { code: 'invalid-request' },
  },
  {
    name: 'a model that cannot think is asked once more without, and says so',
    request: { think: true },
    whole: ({ json: body }) => thinker(body, json(last('Hi'))),
    stream: ({ json: body }) => thinker(body, ndjson([line('Hi'), last()])),
    expect: {
      content: 'Hi',
      warnings: [
        { code: 'parameter-dropped', parameter: 'think', message: says('does not support thinking') },
      ],
    },
    sent: (body) => expect(body).not.toHaveProperty('think'),
  },
];

const thinker = (body: unknown, answer: Script): Script =>
  (body as { think?: unknown }).think
    ? json({ error: '"kimi-k2.6" does not support thinking' }, { status: 400 })
    : answer;
