import { json, ndjson, testProvider } from '@lakehouse/provider-testkit';
import plugin, { createCourier } from 'lakehouse-provider-courier';
import { keyOf } from './key.js';
import { scenarios } from './scenarios.js';

const counts = { in: 4, cached: 1, out: 5, thought: 2, usd: 0.001 };
const fault = { error: { code: 'no-vans', message: 'too many parcels' } };

testProvider({
  name: 'courier',
  create: (url, { limits, timeouts, ...overrides } = {}) =>
    createCourier(
      {
        url,
        key: keyOf('key' in overrides ? overrides.key : 'sk-courier'),
        ...(limits && { limits }),
        ...(timeouts && { timeouts }),
      },
      'lab',
    ),
  plugin,
  needsKey: true,
  request: { model: 'm-1', messages: [{ role: 'user', content: 'Hi' }] },
  upstream: {
    whole: json({ id: 'a-1', text: 'Grüße aus Köln', done: 'stop', counts }),
    stream: ndjson([{ id: 'a-1', text: 'Grüße ' }, { text: 'aus Köln' }, { done: 'stop', counts }]),
    totals: { input: 4, output: 5 },
    heartbeat: '\n',
    allowsCrlf: true,
    failure: { whole: json(fault), stream: ndjson([fault]), code: 'overloaded' },
    models: {
      script: json({ models: [{ name: 'm-1', title: 'M', window: 8192, longest: 1024, thinks: true }] }),
      expect: [
        {
          id: 'm-1',
          displayName: 'M',
          contextWindow: 8192,
          maxOutputTokens: 1024,
          capabilities: { reasoning: true },
        },
      ],
    },
    embeddings: {
      request: { model: 'e-1', input: ['a', 'b'], dimensions: 2 },
      script: json({
        vectors: [
          [1, 0],
          [0, 1],
        ],
        counts: { in: 2 },
      }),
      expect: {
        model: 'e-1',
        embeddings: [
          [1, 0],
          [0, 1],
        ],
        usage: { input: 2 },
      },
    },
  },
  capabilities: { files: false, structuredOutput: 'checked' },
  scenarios,
});
