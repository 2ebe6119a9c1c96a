import { expect, it } from 'vitest';
import { withoutCloudMark } from '../src/model-name.js';

it.each([
  ['kimi-k2.6:cloud', 'kimi-k2.6'],
  ['kimi-k2.6:Cloud', 'kimi-k2.6'],
  ['gpt-oss:120b-cloud', 'gpt-oss:120b'],
  ['gpt-oss:120b-CLOUD', 'gpt-oss:120b'],
  ['gpt-oss:120b:cloud', 'gpt-oss:120b'],
  ['ada/model:7b-cloud', 'ada/model:7b'],
  ['kimi-k2.6', 'kimi-k2.6'],
  ['on-cloud', 'on-cloud'],
  ['cloud', 'cloud'],
  [':cloud', ':cloud'],
  ['model:-cloud', 'model:-cloud'],
  ['model:cloudy', 'model:cloudy'],
])('sends %s as %s', (asked, sent) => {
  expect(withoutCloudMark(asked)).toBe(sent);
});
