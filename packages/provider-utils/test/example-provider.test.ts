import { bytesOf, ndjson, testProvider } from '@lakehouse/provider-testkit';
import { createExample } from './support/example-provider.js';

const stream = ndjson([{ text: 'Grüße ' }, { text: '🌍!' }, { done: 'stop' }]);

testProvider({
  name: 'a provider made of these parts',
  create: createExample,
  request: { model: 'example-1', messages: [{ role: 'user', content: 'Hello' }] },
  upstream: {
    whole: ndjson([{ text: 'Grüße 🌍!' }, { done: 'stop' }]),
    stream,
    completeFrom: bytesOf(stream).length - 1,
    heartbeat: '\n',
    allowsCrlf: true,
    failure: { stream: ndjson([{ error: 'The model is currently unavailable' }]), code: 'overloaded' },
  },
  needsKey: true,
  scenarios: [
    {
      name: 'knows an error line',
      stream: ndjson([{ error: 'The model is currently unavailable' }]),
      error: { code: 'overloaded' },
    },
    {
      name: 'gives no answer after an error line in its middle',
      stream: ndjson([{ text: 'a' }, { error: 'prompt is too long' }]),
      error: { code: 'context-too-long' },
    },
  ],
});
