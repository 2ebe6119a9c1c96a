import { json, testProvider } from '@lakehouse/provider-testkit';
import plugin, { createOpenAICompat } from '../src/index.js';
import { endScenarios } from './scenarios/ends.js';
import { oddityScenarios } from './scenarios/oddities.js';
import { embeddings, fileScenario, showScenarios } from './scenarios/shows.js';
import { textScenarios } from './scenarios/text.js';
import { toolScenarios } from './scenarios/tools.js';
import { basic, request } from './support/wire.js';

testProvider({
  name: 'a plain server',
  create: (url, { key, ...overrides } = {}) =>
    createOpenAICompat({ url: `${url}/v1`, ...overrides, ...(key !== undefined && { key }) }, 'plain'),
  request,
  upstream: {
    ...basic,
    embeddings,
    models: {
      script: json({
        object: 'list',
        data: [
          { id: 'a', object: 'model' },
          { id: 'b', max_model_len: 4096 },
        ],
      }),
      expect: [{ id: 'a' }, { id: 'b', contextWindow: 4096 }],
    },
  },
  plugin,
  scenarios: [
    ...showScenarios,
    fileScenario,
    ...textScenarios,
    ...endScenarios,
    ...toolScenarios,
    ...oddityScenarios,
  ],
});
