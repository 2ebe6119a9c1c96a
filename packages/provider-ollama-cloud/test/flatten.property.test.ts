import type { ChatRequest, Message } from '@lakehouse/chat-core';
import { createWarningList } from '@lakehouse/provider-utils';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FlatPrompt, flattenMessages } from '../src/flatten.js';

const flatten = (messages: readonly Message[]): FlatPrompt => {
  const request: ChatRequest = { model: 'm', messages };
  return flattenMessages(request, { provider: 'p', warnings: createWarningList('p', request) });
};

/** Text that is likely to collide with the labels, and with what keeps it from colliding. */
const nasty = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'User:',
        'assistant:',
        'Assistant',
        'SYSTEM :',
        'Tool result (x):',
        'Tool result',
        ':',
        '> ',
        '>',
        ' ',
      ),
      fc.constantFrom('\n', '\n\n', '\r\n', '\r', '\u2028', '\t', 'x'),
      fc.string({ maxLength: 4 }),
    ),
    { maxLength: 10 },
  )
  .map((pieces) => pieces.join(''));

const turn: fc.Arbitrary<Message> = fc.oneof(
  fc.record({ role: fc.constant('user' as const), content: nasty }),
  fc.record({ role: fc.constant('assistant' as const), content: nasty }),
  fc.record({
    role: fc.constant('tool' as const),
    content: nasty,
    toolCallId: fc.constant('call_1'),
    name: fc.constantFrom('look', 'get_weather'),
  }),
);

const labels: Readonly<Record<string, string>> = {
  user: 'User:',
  assistant: 'Assistant:',
  tool: 'Tool result',
};
const anyLabel = /(?<=[\n\r\u2028\u2029])(User:|Assistant:|Tool result \([\w.-]+\):)/g;
const quoted =
  /(?<=[\n\r\u2028\u2029])> (?=(?:> )*[^\S\n\r\u2028\u2029]*(?:(?:user|assistant|system)[^\S\n\r\u2028\u2029]*|tool result\b[^:\n\r\u2028\u2029]*):)/gi;

/** Reads a transcript back, the way a careful reader would. */
const unflatten = (prompt: string): readonly { label: string; text: string }[] => {
  const starts = [...prompt.matchAll(anyLabel)];
  return starts.map((start, index) => {
    const end = starts[index + 1];
    const paragraph = prompt.slice(start.index, end === undefined ? undefined : end.index - 2);
    const label = start[0];
    return { label, text: paragraph.slice(label.length).replace(/^ /, '').replace(quoted, '') };
  });
};

describe('flattening', () => {
  it('gives a single user message word by word', () => {
    fc.assert(
      fc.property(nasty, (content) => {
        expect(flatten([{ role: 'user', content }])).toEqual({
          system: undefined,
          prompt: content,
          images: [],
          isTranscript: false,
        });
      }),
    );
  });

  it('can be read back: no text forges a turn, none is lost, and none changes another', () => {
    fc.assert(
      fc.property(fc.array(turn, { minLength: 2, maxLength: 5 }), (messages) => {
        const read = unflatten(flatten(messages).prompt);
        expect(read.map(({ text }) => text)).toEqual(messages.map(({ content }) => content));
        for (const [index, message] of messages.entries()) {
          expect(read[index]?.label.startsWith(labels[message.role] ?? '')).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('of a longer conversation begins with that of the shorter one, so that the server can reuse its work', () => {
    fc.assert(
      fc.property(
        fc.array(turn, { minLength: 2, maxLength: 4 }),
        fc.array(turn, { maxLength: 3 }),
        (begun, rest) => {
          const user: Message = { role: 'user', content: 'x' };
          const shorter = flatten([...begun, user]).prompt;
          expect(flatten([...begun, user, ...rest, user]).prompt.startsWith(shorter)).toBe(true);
        },
      ),
    );
  });

  it('keeps system texts out of the transcript, in their order', () => {
    const system = fc.record({
      role: fc.constant('system' as const),
      content: fc.constantFrom('sys-a', 'sys-b', ' '),
    });
    fc.assert(
      fc.property(fc.array(fc.oneof(turn, system), { minLength: 1, maxLength: 6 }), (messages) => {
        const flat = flatten(messages);
        const texts = messages.flatMap(({ role, content }) =>
          role === 'system' && content !== ' ' ? [content] : [],
        );
        expect(flat.system).toBe(texts.length === 0 ? undefined : texts.map(String).join('\n\n'));
        expect(flat.prompt).toBe(flatten(messages.filter(({ role }) => role !== 'system')).prompt);
      }),
    );
  });

  it('leaves one marker for each image, in their order', () => {
    const part = fc.oneof(
      fc.constant({ type: 'text', text: 't' } as const),
      fc
        .constantFrom('aGk=', 'eW8=')
        .map((data) => ({ type: 'image', data, mediaType: 'image/png' }) as const),
    );
    fc.assert(
      fc.property(fc.array(fc.array(part, { maxLength: 4 }), { minLength: 2, maxLength: 4 }), (contents) => {
        const flat = flatten(contents.map((content) => ({ role: 'user', content })));
        const markers = [...flat.prompt.matchAll(/\[image (\d+)\]/g)].map(([, number]) => Number(number));
        expect(markers).toEqual(flat.images.map((_, index) => index + 1));
        const data = contents.flat().flatMap((item) => (item.type === 'image' ? [item.data] : []));
        expect(flat.images).toEqual(data);
      }),
    );
  });
});
