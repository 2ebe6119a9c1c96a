import { describe, expect, expectTypeOf, it } from 'vitest';
import type { z } from 'zod';
import { type ChatRequest, type chatRequestSchema, isChatError, parseChatRequest } from '../src/index.js';

const request = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] };
const withMessage = (message: unknown): unknown => ({ model: 'm', messages: [message] });
const withPart = (part: unknown): unknown => withMessage({ role: 'user', content: [part] });
const withCall = (call: object): unknown =>
  withMessage({
    role: 'assistant',
    content: '',
    toolCalls: [{ id: 'c', name: 'f', arguments: {}, ...call }],
  });

const problemOf = (value: unknown): { path: string | undefined; message: string } => {
  try {
    parseChatRequest(value);
  } catch (error) {
    if (isChatError(error) && error.code === 'invalid-request') return error;
    throw error;
  }
  throw new Error('the request was accepted');
};

/** Zod infers mutable lists; the contract's are readonly. Free-form JSON (a string index) stays as it is. */
type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? string extends keyof T
      ? T
      : { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

it('accepts exactly what the type says, both ways', () => {
  type Accepted = DeepReadonly<z.output<typeof chatRequestSchema>>;
  expectTypeOf<Accepted>().toExtend<ChatRequest>();
  expectTypeOf<ChatRequest>().toExtend<Accepted>();
  expectTypeOf<keyof Accepted>().toEqualTypeOf<keyof ChatRequest>();
});

it('returns a full request unchanged', () => {
  const full: ChatRequest = {
    model: 'm',
    messages: [
      { role: 'system', content: [{ type: 'text', text: 's' }], name: 'n' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 't' },
          { type: 'image', data: 'AA==', mediaType: 'image/png' },
          { type: 'image', url: 'https://example.com/a.png' },
          { type: 'file', data: 'AA==', mediaType: 'application/pdf', filename: 'a.pdf' },
        ],
      },
      {
        role: 'assistant',
        content: '',
        reasoning: 'r',
        reasoningSegments: [{ text: 'r', signature: 's' }],
        toolCalls: [{ id: 'c', name: 'f', arguments: { a: [1, null] }, providerMetadata: { p: {} } }],
        providerMetadata: { p: { x: 1 } },
      },
      { role: 'tool', content: 'ok', toolCallId: 'c', name: 'f' },
    ],
    temperature: 0,
    topP: 1,
    topK: 0,
    seed: -1,
    stop: ['x'],
    maxTokens: 1,
    presencePenalty: -2,
    frequencyPenalty: 2,
    format: { type: 'object' },
    think: 'low',
    tools: [{ name: 'f', description: 'd', parameters: {}, strict: true }],
    toolChoice: { name: 'f' },
    parallelToolCalls: false,
    strict: true,
    providerOptions: { p: { x: null } },
  };
  expect(parseChatRequest(full)).toEqual(full);
});

describe('a wrong request', () => {
  it.each([
    ['model', { ...request, model: 5 }],
    ['model', { messages: request.messages }],
    ['model', { ...request, model: '' }],
    ['messages', { ...request, messages: [] }],
    ['messages', { ...request, messages: 'Hi' }],
    ['temperature', { ...request, temperature: '1' }],
    ['temperature', { ...request, temperature: Number.NaN }],
    ['topP', { ...request, topP: 1.1 }],
    ['topK', { ...request, topK: 1.5 }],
    ['seed', { ...request, seed: '1' }],
    ['stop', { ...request, stop: 'x' }],
    ['stop[1]', { ...request, stop: ['x', ''] }],
    ['maxTokens', { ...request, maxTokens: 0 }],
    ['presencePenalty', { ...request, presencePenalty: 3 }],
    ['frequencyPenalty', { ...request, frequencyPenalty: null }],
    ['format', { ...request, format: 'xml' }],
    ['format', { ...request, format: [] }],
    ['think', { ...request, think: 'much' }],
    ['tools', { ...request, tools: {} }],
    ['tools[0].name', { ...request, tools: [{ name: '' }] }],
    ['tools[0].parameters', { ...request, tools: [{ name: 'f', parameters: 'x' }] }],
    ['toolChoice', { ...request, toolChoice: 'f' }],
    ['toolChoice.name', { ...request, toolChoice: { name: 5 } }],
    ['parallelToolCalls', { ...request, parallelToolCalls: 1 }],
    ['strict', { ...request, strict: 'yes' }],
    ['providerOptions', { ...request, providerOptions: [] }],
    ['providerOptions.p', { ...request, providerOptions: { p: 1 } }],
    ['max_tokens', { ...request, max_tokens: 1 }],
    ['temperature', { ...request, temperature: undefined }],
    ['messages[0].role', withMessage({ role: 'bot', content: 'x' })],
    ['messages[0].content', withMessage({ role: 'user', content: 5 })],
    ['messages[0].content', withMessage({ role: 'user' })],
    ['messages[0].name', withMessage({ role: 'user', content: 'x', name: 1 })],
    ['messages[0].toolCallId', withMessage({ role: 'tool', content: 'x' })],
    ['messages[0].reasoning', withMessage({ role: 'assistant', content: '', reasoning: [] })],
    ['messages[0].content[0]', withPart({ type: 'video', data: 'AA==' })],
    ['messages[0].content[0].text', withPart({ type: 'text', text: 5 })],
    ['messages[0].content[0].data', withPart({ type: 'image', data: 'data:AA==', mediaType: 'image/png' })],
    ['messages[0].content[0].mediaType', withPart({ type: 'image', data: 'AA==', mediaType: 'png' })],
    ['messages[0].content[0].url', withPart({ type: 'image', url: 'a.png' })],
    ['messages[0].content[0].url', withPart({ type: 'image' })],
    ['messages[0].content[0].mediaType', withPart({ type: 'image', data: 'AA==' })],
    [
      'messages[0].content[0].filename',
      withPart({ type: 'file', data: 'AA==', mediaType: 'a/b', filename: 1 }),
    ],
    ['messages[0].toolCalls[0].id', withCall({ id: '' })],
    ['messages[0].toolCalls[0].arguments', withCall({ arguments: [] })],
    ['messages[0].toolCalls[0].providerMetadata.p', withCall({ providerMetadata: { p: 1 } })],
    [undefined, null],
    [undefined, 'text'],
  ])('names %s', (path, value) => {
    const problem = problemOf(value);
    expect(problem.path).toBe(path);
    if (path !== undefined) expect(problem.message.startsWith(`${path}: `)).toBe(true);
  });

  it.each([
    [{ ...request, model: 5 }, 'model: expected string, received number'],
    [{ messages: request.messages }, 'model: expected string, but it is missing'],
    [{ ...request, maxToken: 1 }, 'maxToken: there is no such field'],
    [
      withPart({ type: 'image', data: 'data:x', mediaType: 'image/png' }),
      'messages[0].content[0].data: expected base64 without a "data:" prefix',
    ],
    [
      withPart({ type: 'image', data: 'AA==', mediaType: 'image/png', url: 'https://example.com/' }),
      'messages[0].content[0]: expected data with a media type, or url',
    ],
    [
      withPart({ type: 'video' }),
      'messages[0].content[0]: expected a part of type "text", "image" or "file"',
    ],
    [withMessage({ role: 'user', content: 5 }), 'messages[0].content: expected a string or a list of parts'],
  ])('says what would be right (%#)', (value, message) => {
    expect(problemOf(value).message).toBe(message);
  });
});
