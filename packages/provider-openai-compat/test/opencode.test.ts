import { json, type Scenario, type Script, testProvider } from '@lakehouse/provider-testkit';
import { expect } from 'vitest';
import { createOpenCode } from '../src/index.js';
import { fileScenario, showScenarios } from './scenarios/shows.js';
import { basic, chunk, completion, done, request, stream, usage } from './support/wire.js';

const fault = (type: string, status: number, message = 'Sorry'): Script =>
  json({ type: 'error', error: { type, message } }, { status });

testProvider({
  name: 'opencode',
  create: (url, overrides) => {
    const { key, ...others } = { key: 'public', ...overrides };
    return createOpenCode({
      url: `${url}/zen/v1`,
      environment: { OPENCODE_API_KEY: key },
      ...others,
    });
  },
  request,
  upstream: {
    ...basic,
    models: {
      script: json({
        object: 'list',
        data: ['claude-x', 'gpt-x', 'gemini-x', 'qwen3.5-plus', 'big-pickle', 'glm-5'].map((id) => ({ id })),
      }),
      expect: [{ id: 'big-pickle' }, { id: 'glm-5' }],
    },
  },
  needsKey: true,
  scenarios: [
    ...showScenarios,
    fileScenario,
    {
      name: 'the cost comes as text in a frame after [DONE]',
      stream: stream(chunk({ content: 'Hello' }), chunk({}, 'stop', { usage }), done, {
        choices: [],
        cost: '0.00012',
      }),
      whole: completion({ content: 'Hello' }, 'stop', { usage, cost: '0.00012' }),
      expect: { content: 'Hello', usage: { input: 9, output: 3, costUsd: 0.00012 } },
    },
    {
      name: 'the anonymous key is just a key',
      whole: basic.whole,
      sent: (_, { headers }) => expect(headers.authorization).toBe('Bearer public'),
    },
    {
      name: 'a schema goes into the prompt, and a fence comes off the answer',
      request: { format: { type: 'object', required: ['a'] } },
      stream: stream(chunk({ content: '```json\n{"a"' }), chunk({ content: ':1}\n```' }, 'stop')),
      whole: completion({ content: '```json\n{"a":1}\n```' }),
      expect: { content: '{"a":1}' },
      sent: (body) =>
        expect(body).toMatchObject({
          response_format: { type: 'json_object' },
          messages: [{ role: 'system', content: expect.stringContaining('"required":["a"]') as string }, {}],
        }),
    },
    ...(
      [
        ['AuthError', 401, 'unauthenticated'],
        ['CreditsError', 401, 'quota-exceeded'],
        ['MonthlyLimitError', 401, 'quota-exceeded'],
        ['UserLimitError', 401, 'quota-exceeded'],
        ['ModelError', 401, 'model-not-found'],
        ['RegionError', 403, 'permission-denied'],
        ['RateLimitError', 429, 'rate-limited'],
        ['FreeUsageLimitError', 429, 'quota-exceeded'],
        ['GoUsageLimitError', 429, 'quota-exceeded'],
        ['BlackUsageLimitError', 429, 'quota-exceeded'],
        ['error', 500, 'upstream-failure'],
      ] as const
    ).map(
      ([type, status, code]): Scenario => ({
        name: `${type} with ${status} is ${code}`,
        whole: fault(type, status),
        error: { code, upstreamStatus: status, message: 'opencode: Sorry' },
      }),
    ),
    {
      name: "a provider's 404 arrives as 400",
      whole: fault('error', 400, 'Error from provider (Acme): model x not found'),
      error: { code: 'model-not-found' },
    },
    {
      name: "a provider's text is read behind its prefix",
      whole: fault('error', 400, 'Error from provider (Acme): maximum context length is 4096 tokens'),
      error: { code: 'context-too-long' },
    },
  ],
});
