import { testProvider } from '@lakehouse/provider-testkit';
import plugin, { createGuide } from '../src/index.js';
import { ask, passages } from './support.js';

testProvider({
  name: 'provider-guide',
  create: () => createGuide({ passages }),
  request: ask('how to brew green tea'),
  plugin,
  scenarios: [
    {
      name: 'the answer names its source',
      expect: { finishReason: 'stop', usage: { unit: 'words' } },
    },
    {
      name: 'there is one model',
      request: { model: 'gpt' },
      error: { code: 'model-not-found' },
    },
  ],
});
