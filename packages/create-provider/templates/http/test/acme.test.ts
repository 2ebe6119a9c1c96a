import { json, ndjson, testProvider } from '@lakehouse/provider-testkit';
import plugin, { createAcme } from '../src/index.js';
import { keyNames } from '../src/options.js';
import { scenarios } from './scenarios.js';

const settings = { key: 'test-key', environment: {} };

// Everything that holds for every provider: `npm test` says which rule, in a sentence. It runs offline.
testProvider({
  name: 'lakehouse-provider-acme',
  create: (url, overrides) => createAcme({ ...settings, url, ...overrides }),
  request: { model: 'small', messages: [{ role: 'user', content: 'Hello' }] },
  // Edit: one answer of the service, whole and streamed, byte for byte as it comes.
  upstream: {
    whole: json({ text: 'Grüße 🌍!', done: true, reason: 'stop', usage: { input: 3, output: 2 } }),
    stream: ndjson([
      { text: 'Grüße ' },
      { text: '🌍!' },
      { done: true, reason: 'stop', usage: { input: 3, output: 2 } },
    ]),
    totals: { input: 3, output: 2 },
    allowsCrlf: true,
    heartbeat: '\n',
    failure: { stream: ndjson([{ error: { message: 'the server is overloaded' } }]), code: 'overloaded' },
    models: {
      script: json({ models: [{ name: 'small', context: 8192 }, { name: 'large' }] }),
      expect: [{ id: 'small', contextWindow: 8192 }, { id: 'large' }],
    },
  },
  plugin,
  needsKey: keyNames.length > 0,
  scenarios,
});
