import { json, type Scenario, type Script, testProvider } from '@lakehouse/provider-testkit';
import { expect } from 'vitest';
import { createKimi } from '../src/index.js';
import { showScenarios } from './scenarios/shows.js';
import { bare, basic, completion, request, stream, usage } from './support/wire.js';

const fault = (status: number, message: string, type = 'invalid_request_error'): Script =>
  json({ error: { message, type } }, { status });

testProvider({
  name: 'kimi',
  create: (url, overrides) => {
    const { key, ...others } = { key: 'sk-kimi-test', ...overrides };
    return createKimi({
      url: `${url}/coding/v1`,
      environment: { KIMI_API_KEY: key },
      ...others,
    });
  },
  request,
  upstream: {
    ...basic,
    models: {
      script: json({
        data: [
          {
            id: 'kimi-for-coding',
            display_name: 'Kimi',
            context_length: 262_144,
            supports_reasoning: true,
            supports_image_in: false,
          },
        ],
      }),
      expect: [
        {
          id: 'kimi-for-coding',
          displayName: 'Kimi',
          contextWindow: 262_144,
          capabilities: { reasoning: true, images: false },
        },
      ],
    },
  },
  needsKey: true,
  scenarios: [
    ...showScenarios,
    {
      name: 'usage is inside the choice, with the cached tokens at its top',
      stream: stream(
        bare({
          choices: [
            {
              index: 0,
              delta: { content: 'Hello' },
              finish_reason: 'stop',
              usage: { ...usage, cached_tokens: 4 },
            },
          ],
        }),
      ),
      expect: { content: 'Hello', usage: { input: 5, cacheRead: 4, output: 3 } },
    },
    {
      name: 'the limit goes to max_completion_tokens and think to the object thinking',
      request: { maxTokens: 100, think: false },
      whole: basic.whole,
      sent: (body) => {
        expect(body).toMatchObject({ max_completion_tokens: 100, thinking: { type: 'disabled' } });
        expect(body).not.toHaveProperty('max_tokens');
      },
    },
    {
      name: 'an assistant turn with tool calls has reasoning_content and, without text, no content',
      request: {
        messages: [
          { role: 'user', content: 'Hi' },
          {
            role: 'assistant',
            content: '',
            reasoning: 'Hm',
            toolCalls: [{ id: 'f:0', name: 'f', arguments: {} }],
          },
          { role: 'tool', toolCallId: 'f:0', content: '1' },
          { role: 'assistant', content: '', toolCalls: [{ id: 'f:1', name: 'f', arguments: {} }] },
          { role: 'tool', toolCallId: 'f:1', content: '2' },
        ],
      },
      whole: completion({ content: 'Hello' }),
      sent: (body) => {
        const { messages } = body as { messages: Record<string, unknown>[] };
        expect(messages[1]).toMatchObject({ reasoning_content: 'Hm', tool_calls: [{ id: 'f:0' }] });
        expect(messages[3]).toMatchObject({ reasoning_content: '' });
        expect(messages[1]).not.toHaveProperty('content');
      },
    },
    ...(
      [
        [400, 'Your request exceeded model token limit: 262144', 'context-too-long'],
        [400, 'total message size 3000000 exceeds limit 2097152', 'invalid-request'],
        [400, 'The request was rejected because it was considered high risk', 'content-filtered'],
        [
          400,
          'thinking is enabled but reasoning_content is missing in assistant tool call message at index 2',
          'invalid-request',
        ],
        [400, 'unsupported image url', 'invalid-request'],
        [400, 'function name f is duplicated', 'invalid-request'],
        [401, 'The API Key appears to be invalid or may have expired', 'unauthenticated'],
        [401, 'Invalid Authentication', 'unauthenticated'],
        [402, "We're unable to verify your membership benefits", 'quota-exceeded'],
        [403, 'Kimi For Coding is currently only available for Coding Agents such as …', 'permission-denied'],
        [403, "You've reached your usage limit for this billing cycle", 'quota-exceeded'],
        [403, 'Access terminated', 'permission-denied'],
        [404, 'Not found the model k9 or Permission denied', 'model-not-found'],
        [429, 'The engine is currently overloaded, please try again later', 'overloaded'],
        [429, "We're receiving too many requests at the moment", 'rate-limited'],
        [429, "You've reached your usage limit for this period", 'quota-exceeded'],
        [429, "You've reached your monthly usage limit", 'quota-exceeded'],
        [429, 'Your account is suspended due to insufficient balance', 'quota-exceeded'],
        [500, 'internal error', 'upstream-failure'],
      ] as const
    ).map(
      ([status, message, code]): Scenario => ({
        name: `${status} "${message}" is ${code}`,
        whole: fault(status, message),
        error: { code, upstreamStatus: status, bodyExcerpt: message },
      }),
    ),
    {
      name: 'too many bytes of messages is 413 for the caller',
      whole: fault(400, 'total message size 3000000 exceeds limit 2097152'),
      error: { status: 413, reroutable: true },
    },
    {
      name: "the trace id is the upstream's request id",
      whole: json({ error: { message: 'x' } }, { status: 500, headers: { 'x-trace-id': 't-1' } }),
      error: { upstreamRequestId: 't-1' },
    },
  ],
});
