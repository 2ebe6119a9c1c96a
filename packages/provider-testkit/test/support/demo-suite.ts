import { bytesOf, ndjson, type SuiteOptions } from '../../src/index.js';
import { createDemo } from './demo-provider.js';
import type { Flaw } from './flaws.js';

const end = { done: 'stop', used: { in_tokens: 4, out_tokens: 3 } };
const stream = ndjson([{ text: 'Grüße ' }, { text: '🌍!' }, end]);

const called = ndjson([
  { call: { at: 0, id: 'a', name: 'now', args: '{"zone"' } },
  { call: { at: 0, args: ':"UTC"}' } },
  { call: { at: 1, id: 'b', name: 'now' } },
  { call: { at: 1, args: '{}' } },
  { done: 'tool_calls' },
]);
const thought = ndjson([
  { thought: 'A greeting.' },
  { text: 'Hello' },
  { done: 'stop', used: { in_tokens: 4, out_tokens: 9, thought_tokens: 6 } },
]);

/** The suite of the demo provider, with a flaw or without. */
export const demoSuite = (flaw?: Flaw): SuiteOptions => ({
  name: flaw ?? 'demo',
  create: (url, overrides) => createDemo(url, overrides, flaw),
  request: { model: 'demo-1', messages: [{ role: 'user', content: 'Hello' }] },
  upstream: {
    whole: ndjson([{ text: 'Grüße 🌍!' }, end]),
    stream,
    completeFrom: bytesOf(stream).length - 1,
    totals: { input: 4, output: 3 },
    withoutUsage: ndjson([{ text: 'Grüße 🌍!' }, { done: 'stop' }]),
    heartbeat: '\n',
    allowsCrlf: true,
    failure: { whole: ndjson([{ error: 'busy' }]), stream: ndjson([{ error: 'busy' }]), code: 'overloaded' },
  },
  needsKey: true,
  sharedSockets: true,
  scenarios: [
    {
      name: 'two calls, their arguments in pieces',
      shows: 'tools',
      request: { tools: [{ name: 'now' }] },
      whole: called,
      stream: called,
      expect: {
        finishReason: 'tool_calls',
        toolCalls: [
          { id: 'a', name: 'now', arguments: { zone: 'UTC' } },
          { id: 'b', name: 'now', arguments: {} },
        ],
      },
    },
    {
      name: 'thoughts come before the text, and are counted in the output',
      shows: 'reasoning',
      request: { think: true },
      whole: thought,
      stream: thought,
      expect: { content: 'Hello', reasoning: 'A greeting.' },
      totals: { input: 4, output: 9 },
    },
    { name: 'fails', stream: ndjson([{}]), error: { code: 'bad-response' } },
  ],
});
