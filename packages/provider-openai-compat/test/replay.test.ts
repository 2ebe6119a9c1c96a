import type { AssistantMessage } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { plainQuirks, type Quirks } from '../src/quirks.js';
import { toWireRequest } from '../src/wire-request.js';

const calling: AssistantMessage = {
  role: 'assistant',
  content: '',
  toolCalls: [{ id: 'a', name: 'f', arguments: {} }],
};
const segments = { reasoningSegments: [{ text: 'H', signature: 's' }, { text: 'm' }] };
const received = (fields: object): AssistantMessage =>
  ({ ...calling, providerMetadata: { 'openai-compat': fields } }) as AssistantMessage;

const build = (reasoningReplay: Quirks['reasoningReplay'], ...turns: readonly AssistantMessage[]) => {
  const quirks = { ...plainQuirks, reasoningReplay };
  const request = { model: 'm', messages: turns, strict: true };
  const { body, warnings } = toWireRequest(request, { provider: 'p', quirks, delivery: 'whole' });
  return { turn: (body.messages as readonly unknown[])[0], warnings };
};

const lost = [
  { code: 'other', parameter: 'messages', message: expect.stringContaining('reasoning') as string },
];

describe('earlier reasoning', () => {
  it.each([
    ['reasoning_content', calling],
    ['as-received', received({ reasoning_field: 'reasoning_content' })],
  ] as const)('that is only there in segments is joined (%s)', (way, turn) => {
    expect(build(way, { ...turn, ...segments })).toMatchObject({
      turn: { reasoning_content: 'Hm' },
      warnings: [],
    });
  });

  it.each([
    ['none', { ...calling, reasoning: 'Hm' }],
    ['none', { ...calling, ...segments }],
    ['as-received', { role: 'assistant', content: 'Hello', reasoning: 'Hm' }],
    ['as-received', { ...received({ reasoning_field: 'reasoning' }), reasoning: 'Hm' }],
    ['reasoning_details', { ...calling, reasoning: 'Hm' }],
    ['as-received', received({ reasoning_details: [{ type: 'reasoning.encrypted', data: 'x' }] })],
  ] as const)(
    'that the server does not take is a warning, once, and never a refusal (%s, %o)',
    (way, turn) => {
      const { turn: sent, warnings } = build(way, turn, turn);
      expect(JSON.stringify(sent)).not.toContain('Hm');
      expect(warnings).toEqual(lost);
    },
  );

  it.each([
    ['none', calling],
    ['as-received', { ...calling, reasoning: '' }],
    [
      'reasoning_details',
      { ...received({ reasoning_details: [{ type: 'reasoning.text' }] }), reasoning: 'Hm' },
    ],
    ['reasoning_content', { ...received({ reasoning_details: [{ type: 'x' }] }), reasoning: 'Hm' }],
  ] as const)('that is not there, or sent in another form, is none (%s, %o)', (way, turn) => {
    expect(build(way, turn).warnings).toEqual([]);
  });
});
