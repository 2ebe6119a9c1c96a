import { json, testProvider } from '@lakehouse/provider-testkit';
import { createOpenAICompat } from '../src/index.js';
import { endScenarios } from './scenarios/ends.js';
import { textScenarios } from './scenarios/text.js';
import { toolScenarios } from './scenarios/tools.js';
import { basic, request } from './support/wire.js';

testProvider({
  name: 'a plain server',
  create: (url, { key, limits } = {}) =>
    createOpenAICompat(
      { url: `${url}/v1`, ...(key !== undefined && { key }), ...(limits && { limits }) },
      'plain',
    ),
  request,
  basic,
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
  allowsCrlf: true,
  scenarios: [...textScenarios, ...endScenarios, ...toolScenarios],
});
