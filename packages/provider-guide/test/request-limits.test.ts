import { type ChatRequest, type ContentPart, chat, chatRequestSchema } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { createGuide } from '../src/index.js';
import { ask, passages } from './support.js';

const guide = createGuide({ passages });
const image: ContentPart = { type: 'image', data: 'AAAA', mediaType: 'image/png' };
const file: ContentPart = { type: 'file', data: 'AAAA', mediaType: 'application/pdf' };
const withPart = (part: ContentPart): Partial<ChatRequest> => ({
  messages: [{ role: 'user', content: [part] }],
});

const refused: [string, Partial<ChatRequest>][] = [
  ['tools', { tools: [{ name: 'clock' }] }],
  ['toolChoice', { toolChoice: 'required' }],
  ['toolChoice', { toolChoice: { name: 'clock' } }],
  ['format', { format: 'json' }],
  ['format', { format: { type: 'object' } }],
  ['messages[0]', withPart(image)],
  ['messages[0]', withPart(file)],
  ['messages[0]', { messages: [{ role: 'tool', content: 'noon', toolCallId: 'call_1' }] }],
];

const dropped: [string, Partial<ChatRequest>][] = [
  ['temperature', { temperature: 0 }],
  ['topP', { topP: 0.5 }],
  ['topK', { topK: 1 }],
  ['seed', { seed: 7 }],
  ['stop', { stop: ['.'] }],
  ['maxTokens', { maxTokens: 3 }],
  ['presencePenalty', { presencePenalty: 1 }],
  ['frequencyPenalty', { frequencyPenalty: 1 }],
  ['parallelToolCalls', { parallelToolCalls: false }],
  ['think', { think: 'high' }],
  ['providerOptions', { providerOptions: { guide: { pages: 2 } } }],
  [
    'messages',
    {
      messages: [
        { role: 'system', content: 'Answer in verse.' },
        { role: 'user', content: 'bread' },
      ],
    },
  ],
];

/** What the guide heeds. */
const heeded = ['model', 'messages', 'strict'];

it('no parameter of the contract is lost in silence', () => {
  const named = [...refused, ...dropped].map(([path]) => path.replace(/\[.*/, ''));
  expect([...new Set([...named, ...heeded])].sort()).toEqual(Object.keys(chatRequestSchema.shape).sort());
});

describe('what a search cannot do is refused', () => {
  it.each(refused)('%s, with the field in `path`', async (path, rest) => {
    await expect(chat(guide, ask('bread', rest))).rejects.toMatchObject({
      code: 'unsupported',
      path,
      provider: 'guide',
    });
  });
});

describe('what has no effect is said', () => {
  it.each(dropped)('%s becomes a warning', async (parameter, rest) => {
    const { warnings, content } = await chat(guide, ask('bread', rest));
    expect(warnings).toMatchObject([{ code: 'parameter-dropped', parameter }]);
    expect(content).toContain('From docs/bread.md');
  });

  it.each(dropped)('%s is refused for a strict request', async (path, rest) => {
    await expect(chat(guide, ask('bread', { ...rest, strict: true }))).rejects.toMatchObject({
      code: 'unsupported',
      path,
    });
  });

  it.each<[string, Partial<ChatRequest>]>([
    ['no reasoning', { think: false }],
    ['no tool call', { toolChoice: 'none', tools: [] }],
    ['options of another provider', { providerOptions: { ollama: { num_ctx: 8 } } }],
  ])('but %s is what it gives anyway', async (_name, rest) => {
    const { warnings } = await chat(guide, ask('bread', { ...rest, strict: true }));
    expect(warnings).toBeUndefined();
  });
});
