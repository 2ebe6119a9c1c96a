import { json, ndjson, testProvider } from '@lakehouse/provider-testkit';
import plugin, { createOllamaCloud } from '../src/index.js';
import { answerScenarios } from './scenarios/answers.js';
import { faultScenarios } from './scenarios/faults.js';
import { oddityScenarios } from './scenarios/oddities.js';
import { requestScenarios } from './scenarios/requests.js';
import { showScenarios } from './scenarios/shows.js';
import { last, line } from './support/lines.js';

testProvider({
  name: 'provider-ollama-cloud',
  create: (url, overrides = {}) => {
    const { key, ...others } = { key: 'sk-test', ...overrides };
    return createOllamaCloud({ url, environment: {}, ...others, ...(key && { key }) });
  },
  request: { model: 'kimi-k2.6', messages: [{ role: 'user', content: 'Hi' }] },
  upstream: {
    whole: json(last('Grüße aus Köln')),
    stream: ndjson([line('Grüße '), line('aus Köln'), last()]),
    totals: { input: 21, output: 6 },
    heartbeat: '\n',
    allowsCrlf: true,
    failure: {
      whole: json({ error: 'Server overloaded, please retry shortly (ref: 6a1e)' }),
      stream: ndjson([{ error: 'Server overloaded, please retry shortly (ref: 6a1e)' }]),
      code: 'overloaded',
    },
    embeddings: {
      request: { model: 'nomic-embed-text', input: ['a'] },
      script: json({ embeddings: [[0.6, 0.8]], prompt_eval_count: 2 }),
      expect: { embeddings: [[0.6, 0.8]], usage: { input: 2 } },
    },
    models: {
      script: json({
        models: [
          { name: 'kimi-k2.6', model: 'kimi-k2.6', size: 1e12, digest: 'a', details: { family: '' } },
          {
            name: 'gpt-oss:120b',
            capabilities: ['completion', 'tools', 'thinking'],
            details: { context_length: 131072 },
          },
        ],
      }),
      expect: [
        { id: 'kimi-k2.6' },
        { id: 'gpt-oss:120b', contextWindow: 131072, capabilities: { tools: true, reasoning: true } },
      ],
    },
  },
  needsKey: true,
  plugin,
  capabilities: { toolChoice: false, files: false, structuredOutput: 'checked' },
  scenarios: [
    ...showScenarios,
    ...requestScenarios,
    ...answerScenarios,
    ...faultScenarios,
    ...oddityScenarios,
  ],
});
