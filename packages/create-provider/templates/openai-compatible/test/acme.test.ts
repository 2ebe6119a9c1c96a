import { json, testProvider } from '@lakehouse/provider-testkit';
import plugin, { createAcme } from '../src/index.js';
import { preset } from '../src/preset.js';
import { scenarios } from './scenarios.js';
import { streamed, whole } from './wire.js';

const settings = { key: 'test-key', environment: {} };

// Everything that holds for every provider: `npm test` says which rule, in a sentence. It runs offline.
testProvider({
  name: 'lakehouse-provider-acme',
  create: (url, overrides) => createAcme({ ...settings, url, ...overrides }),
  request: { model: 'small', messages: [{ role: 'user', content: 'Hello' }] },
  // Edit: one answer of the service, whole and streamed, byte for byte as it comes.
  upstream: {
    whole: whole({ content: 'Grüße 🌍!' }),
    stream: streamed([{ content: 'Grüße ' }, { content: '🌍!' }]),
    totals: { input: 3, output: 2 },
    allowsCrlf: true,
    heartbeat: ': wait\n\n',
    models: { script: json({ object: 'list', data: [{ id: 'small' }] }), expect: [{ id: 'small' }] },
  },
  plugin,
  needsKey: preset.keyEnv.length > 0,
  scenarios,
});
