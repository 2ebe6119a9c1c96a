import { json, sse, testProvider } from '@lakehouse/provider-testkit';
import { expect } from 'vitest';
import { createOpenRouter } from '../src/index.js';
import { embeddings, fileScenario, showScenarios } from './scenarios/shows.js';
import { bare, basic, chunk, completion, done, request, stream, usage } from './support/wire.js';

const details = [
  { type: 'reasoning.text', text: 'Hm', format: 'anthropic-claude-v1', index: 0, signature: 'sig' },
];
const encrypted = { type: 'reasoning.encrypted', data: 'xyz', format: 'openai-responses-v1', index: 1 };

testProvider({
  name: 'openrouter',
  create: (url, overrides) => {
    const { key, ...others } = { key: 'test-key', ...overrides };
    return createOpenRouter({
      url: `${url}/api/v1`,
      environment: { OPENROUTER_API_KEY: key },
      ...others,
    });
  },
  request,
  upstream: {
    ...basic,
    embeddings,
    models: {
      script: json({
        data: [
          {
            id: 'vendor/a:free',
            name: 'Vendor: A',
            context_length: 200_000,
            architecture: { input_modalities: ['text', 'image'] },
            pricing: { prompt: '0.000003', completion: '0.000015' },
            top_provider: { context_length: 200_000, max_completion_tokens: 8192 },
            supported_parameters: [
              'tools',
              'tool_choice',
              'reasoning',
              'response_format',
              'structured_outputs',
            ],
          },
          { id: 'vendor/b', supported_parameters: ['temperature'] },
        ],
      }),
      expect: [
        {
          id: 'vendor/a:free',
          displayName: 'Vendor: A',
          contextWindow: 200_000,
          maxOutputTokens: 8192,
          capabilities: {
            tools: true,
            toolChoice: true,
            reasoning: true,
            images: true,
            files: false,
            structuredOutput: 'enforced',
          },
        },
        {
          id: 'vendor/b',
          capabilities: { tools: false, toolChoice: false, reasoning: false, structuredOutput: 'checked' },
        },
      ],
    },
  },
  needsKey: true,
  scenarios: [
    ...showScenarios,
    fileScenario,
    {
      name: 'the key, the attribution and an honest user agent are sent',
      whole: basic.whole,
      sent: (_, { headers, path }) => {
        expect(path).toBe('/api/v1/chat/completions');
        expect(headers).toMatchObject({
          authorization: 'Bearer test-key',
          'x-title': 'Lakehouse Chat',
          'http-referer': expect.stringContaining('lakehouse') as string,
          'user-agent': expect.stringMatching(/^lakehouse-chat\/\d/) as string,
        });
      },
    },
    {
      name: 'model names are sent as they are, variants included, and the name that answered is kept',
      request: { model: 'vendor/m:free' },
      whole: completion({ content: 'Hello' }, 'stop', { model: 'vendor/m-2026-01-01', provider: 'Acme' }),
      sent: (body) => expect(body).toMatchObject({ model: 'vendor/m:free' }),
      expect: {
        model: 'vendor/m:free',
        providerDetails: {
          'openai-compat': { served_model: 'vendor/m-2026-01-01', upstream_provider: 'Acme' },
        },
      },
    },
    {
      name: 'the last chunk has usage with its cost, and choices with the finish reason again',
      stream: stream(
        ': OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\n',
        chunk({ role: 'assistant', content: 'Hello' }, null, { provider: 'Acme' }),
        chunk({ content: '' }, 'stop'),
        chunk({ content: '' }, 'stop', {
          usage: {
            ...usage,
            cost: 0.0012,
            is_byok: false,
            prompt_tokens_details: { cached_tokens: 4, cache_write_tokens: 2 },
            completion_tokens_details: { reasoning_tokens: 1 },
          },
        }),
      ),
      expect: {
        content: 'Hello',
        usage: { input: 3, cacheRead: 4, cacheWrite: 2, output: 2, reasoning: 1, costUsd: 0.0012 },
      },
    },
    {
      name: 'reasoning_details come in fragments and are kept as one list; their text is given once',
      stream: stream(
        chunk({ reasoning: 'H', reasoning_details: [{ ...details[0], text: 'H', signature: null }] }),
        chunk({ reasoning: 'm', reasoning_details: [{ type: 'reasoning.text', text: 'm', index: 0 }] }),
        chunk({
          reasoning_details: [{ type: 'reasoning.text', text: '', format: null, index: 0, signature: 'sig' }],
        }),
        chunk({ reasoning_details: [encrypted] }),
        chunk({ content: 'Hello' }, 'stop'),
      ),
      whole: completion({ reasoning: 'Hm', reasoning_details: [...details, encrypted], content: 'Hello' }),
      expect: {
        reasoning: 'Hm',
        providerMetadata: { 'openai-compat': { reasoning_details: [...details, encrypted] } },
      },
    },
    {
      name: 'reasoning that is only in the details is given too',
      whole: completion({
        reasoning_details: [{ type: 'reasoning.summary', summary: 'Hm' }],
        content: 'Hello',
      }),
      expect: { reasoning: 'Hm', content: 'Hello' },
    },
    {
      name: 'a provider fails in the middle: the chunk has an error beside its choices',
      stream: stream(
        chunk({ content: 'Hel' }),
        bare({
          error: { code: 502, message: 'Provider disconnected' },
          choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
        }),
      ),
      error: { code: 'upstream-failure', upstreamStatus: 502, message: 'openrouter: Provider disconnected' },
    },
    {
      name: 'think is the object reasoning',
      request: { think: 'high' },
      stream: sse([chunk({ content: 'Hello' }, 'stop'), done]),
      sent: (body) => expect(body).toMatchObject({ reasoning: { effort: 'high' } }),
    },
  ],
});
