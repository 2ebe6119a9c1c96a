import { Secret } from '@lakehouse/chat-core';
import { json, ndjson, testProvider } from '@lakehouse/provider-testkit';
import { createCourier } from 'lakehouse-provider-courier';
import { expect } from 'vitest';

const hint = 'set COURIER_API_KEY';

testProvider({
  name: 'courier',
  create: (url, overrides = {}) => {
    const value = 'key' in overrides ? overrides.key : 'sk-courier';
    const key = {
      ...(value !== undefined && { secret: new Secret(value) }),
      status: { present: value !== undefined, hint },
      warnings: [],
    };
    return createCourier({ url, key, ...(overrides.limits && { limits: overrides.limits }) }, 'lab');
  },
  needsKey: true,
  request: { model: 'm-1', messages: [{ role: 'user', content: 'Hi' }] },
  basic: {
    whole: json({ text: 'Grüße aus Köln', done: 'stop', counts: { in: 4, out: 5 } }),
    stream: ndjson([{ text: 'Grüße ' }, { text: 'aus Köln' }, { done: 'stop', counts: { in: 4, out: 5 } }]),
  },
  models: {
    script: json({ models: [{ name: 'm-1', window: 8192 }] }),
    expect: [{ id: 'm-1', contextWindow: 8192 }],
  },
  scenarios: [
    {
      name: 'a tool call comes in pieces',
      request: { tools: [{ name: 'weather' }] },
      stream: ndjson([
        { calls: [{ id: 'c1', name: 'weather', arguments: '{"city":' }] },
        { calls: [{ id: 'c1', arguments: '"Köln"}' }] },
        { done: 'calls' },
      ]),
      expect: {
        toolCalls: [{ id: 'c1', name: 'weather', arguments: { city: 'Köln' } }],
        finishReason: 'tool_calls',
      },
    },
    {
      name: 'reasoning is apart from text, and what was dropped is said',
      request: { topK: 3 },
      stream: ndjson([{ thinking: 'Hm.' }, { text: 'Yes' }, { done: 'stop' }]),
      expect: {
        reasoning: 'Hm.',
        content: 'Yes',
        warnings: [{ code: 'parameter-dropped', parameter: 'topK', message: 'lab has no topK' }],
      },
    },
    {
      name: 'an answer in another form than asked for is said',
      request: { format: 'json' },
      whole: json({ text: 'no JSON', done: 'stop' }),
      expect: {
        warnings: [{ code: 'answer-mismatch', parameter: 'format', message: 'The answer is not JSON' }],
      },
    },
    {
      name: 'an error inside of a 200',
      stream: ndjson([{ text: 'Y' }, { error: { code: 'overloaded', message: 'too many parcels' } }]),
      error: { message: expect.stringContaining('too many parcels') as string },
    },
  ],
});
