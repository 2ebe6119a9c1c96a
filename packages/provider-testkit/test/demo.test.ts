import { ndjson, testProvider } from '../src/index.js';
import { demoSuite } from './support/demo-suite.js';

testProvider({
  ...demoSuite(),
  scenarios: [
    {
      name: 'answers in both forms',
      whole: ndjson([{ text: 'ä' }, { done: 'stop' }]),
      stream: ndjson([{ text: 'ä' }, { done: 'stop' }]),
      expect: { content: 'ä', finishReason: 'stop' },
      sent: (body) => {
        if ((body as { model: string }).model !== 'demo-1') throw new Error('another model was sent');
      },
    },
    { name: 'fails', stream: ndjson([{}]), error: { code: 'bad-response' } },
  ],
});
