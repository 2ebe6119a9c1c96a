import { bytesOf, ndjson, type SuiteOptions } from '../../src/index.js';
import { createDemo, type Flaw } from './demo-provider.js';

const stream = ndjson([{ text: 'Grüße ' }, { text: '🌍!' }, { done: 'stop' }]);

/** The suite of the demo provider, with a flaw or without. */
export const demoSuite = (flaw?: Flaw): SuiteOptions => ({
  name: flaw ?? 'demo',
  create: (url, overrides) => createDemo(url, overrides, flaw),
  request: { model: 'demo-1', messages: [{ role: 'user', content: 'Hello' }] },
  upstream: {
    whole: ndjson([{ text: 'Grüße 🌍!' }, { done: 'stop' }]),
    stream,
    completeFrom: bytesOf(stream).length - 1,
    allowsCrlf: true,
  },
  needsKey: true,
  sharedSockets: true,
  scenarios: [],
});
