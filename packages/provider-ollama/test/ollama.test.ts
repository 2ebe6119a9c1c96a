import { json, ndjson, testProvider } from '@lakehouse/provider-testkit';
import plugin, { createOllama } from '../src/index.js';
import { answerScenarios } from './scenarios/answers.js';
import { faultScenarios } from './scenarios/faults.js';
import { oddityScenarios } from './scenarios/oddities.js';
import { requestScenarios } from './scenarios/requests.js';
import { showScenarios } from './scenarios/shows.js';
import { last, line } from './support/lines.js';

testProvider({
  name: 'provider-ollama',
  // A key is only for a proxy in front of the server; the suite's rules on keys hold for it too.
  create: (url, { key = 'sk-proxy', ...overrides } = {}) => createOllama({ url, key, ...overrides }, 'lab'),
  request: { model: 'qwen3:4b', messages: [{ role: 'user', content: 'Hi' }] },
  upstream: {
    whole: json(last({ content: 'Grüße aus Köln' })),
    stream: ndjson([line({ content: 'Grüße ' }), line({ content: 'aus Köln' }), last()]),
    totals: { input: 12, output: 5 },
    heartbeat: '\n',
    allowsCrlf: true,
    failure: {
      whole: json({ error: 'server busy, please try again.' }),
      stream: ndjson([{ error: 'server busy, please try again.' }]),
      code: 'overloaded',
    },
    embeddings: {
      request: { model: 'nomic-embed-text', input: ['a', 'b'] },
      script: json({
        embeddings: [
          [0.6, 0.8],
          [1, 0],
        ],
        prompt_eval_count: 4,
      }),
      expect: {
        embeddings: [
          [0.6, 0.8],
          [1, 0],
        ],
        usage: { input: 4 },
      },
    },
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
  plugin,
  capabilities: { toolChoice: false, files: false, structuredOutput: 'enforced' },
  scenarios: [
    ...showScenarios,
    ...requestScenarios,
    ...answerScenarios,
    ...faultScenarios,
    ...oddityScenarios,
  ],
});
