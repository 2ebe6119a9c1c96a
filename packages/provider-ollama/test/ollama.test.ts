import { json, ndjson, testProvider } from '@lakehouse/provider-testkit';
import { createOllama } from '../src/index.js';
import { answerScenarios } from './scenarios/answers.js';
import { faultScenarios } from './scenarios/faults.js';
import { requestScenarios } from './scenarios/requests.js';
import { last, line } from './support/lines.js';

testProvider({
  name: 'provider-ollama',
  // A key is only for a proxy in front of the server; the suite's rules on keys hold for it too.
  create: (url, { key = 'sk-proxy', ...overrides } = {}) => createOllama({ url, key, ...overrides }, 'lab'),
  request: { model: 'qwen3:4b', messages: [{ role: 'user', content: 'Hi' }] },
  upstream: {
    whole: json(last({ content: 'Grüße aus Köln' })),
    stream: ndjson([line({ content: 'Grüße ' }), line({ content: 'aus Köln' }), last()]),
    allowsCrlf: true,
    models: {
      script: ({ path }) =>
        path === '/api/tags'
          ? json({
              models: [
                {
                  name: 'qwen3:4b',
                  digest: 'a1',
                  details: { family: 'qwen3', parameter_size: '4.0B', quantization_level: 'Q4_K_M' },
                },
              ],
            })
          : json({
              capabilities: ['completion', 'tools', 'thinking'],
              model_info: { 'general.architecture': 'qwen3', 'qwen3.context_length': 262144 },
            }),
      expect: [
        {
          id: 'qwen3:4b',
          description: 'qwen3, 4.0B, Q4_K_M',
          contextWindow: 262144,
          capabilities: { tools: true, images: false, reasoning: true, embeddings: false },
        },
      ],
    },
  },
  scenarios: [...requestScenarios, ...answerScenarios, ...faultScenarios],
});
