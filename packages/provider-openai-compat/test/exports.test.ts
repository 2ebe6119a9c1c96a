import { expect, it } from 'vitest';
import * as exported from '../src/index.js';

it('exports these names', () => {
  expect(Object.keys(exported).sort()).toEqual([
    'createKimi',
    'createOpenAICompat',
    'createOpenCode',
    'createOpenRouter',
    'default',
    'definePreset',
    'pluginName',
  ]);
});
