import { json, ndjson, testProvider } from '@lakehouse/provider-testkit';
import { createOllamaCloud } from '../src/index.js';
import { answerScenarios } from './scenarios/answers.js';
import { faultScenarios } from './scenarios/faults.js';
import { requestScenarios } from './scenarios/requests.js';
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
    allowsCrlf: true,
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
  scenarios: [...requestScenarios, ...answerScenarios, ...faultScenarios],
});
