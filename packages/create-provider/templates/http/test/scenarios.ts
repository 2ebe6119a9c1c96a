import { json, ndjson, type Scenario } from '@lakehouse/provider-testkit';
import { expect } from 'vitest';

/** Edit: what only this service does. A quirk that is found later becomes a scenario here. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'parameters are sent in the words of the service',
    request: { temperature: 0.5, maxTokens: 9, stop: ['END'] },
    whole: json({ text: 'Hi', done: true }),
    expect: { content: 'Hi', finishReason: 'stop' },
    sent: (body) => expect(body).toMatchObject({ temperature: 0.5, max_tokens: 9, stop: ['END'] }),
  },
  {
    name: 'an answer that the limit cut is "length"',
    whole: json({ text: 'Hi', done: true, reason: 'length' }),
    stream: ndjson([{ text: 'Hi' }, { done: true, reason: 'length' }]),
    expect: { content: 'Hi', finishReason: 'length' },
  },
  {
    name: 'an unknown reason is kept in its own words',
    stream: ndjson([{ text: 'Hi' }, { done: true, reason: 'bored' }]),
    expect: { finishReason: 'other', rawFinishReason: 'bored' },
  },
  {
    name: 'a count that the service left out stays away',
    stream: ndjson([{ text: 'Hi' }, { done: true, usage: { output: 1 } }]),
    expect: { usage: { output: 1 } },
    totals: { output: 1 },
  },
];
