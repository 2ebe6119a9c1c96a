import { isChatError } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { parseNativeRequest } from '../src/index.js';

const body = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] };
const withMessage = (message: unknown): unknown => ({ ...body, messages: [message] });
const withPart = (part: unknown): unknown => withMessage({ role: 'user', content: [part] });
const withCall = (call: unknown): unknown =>
  withMessage({ role: 'assistant', content: '', tool_calls: [call] });

const problemOf = (json: unknown): string => {
  try {
    parseNativeRequest(json);
  } catch (error) {
    if (isChatError(error)) return `${error.code} ${error.path ?? '-'} | ${error.message}`;
    throw error;
  }
  return 'none';
};

const expectedFormat =
  'expected "json" or a JSON Schema, whose "type" is one of object, array, string, number, integer, boolean, null';

describe('a wrong request names its field in wire names and what would be right', () => {
  it.each<[unknown, string, string]>([
    [[], '-', 'expected a JSON object'],
    [null, '-', 'expected a JSON object'],
    [{ messages: body.messages }, 'model', 'expected string, but it is missing'],
    [{ ...body, model: '' }, 'model', 'expected the name of a model or a tier'],
    [{ model: 'm' }, 'messages', 'expected array, but it is missing'],
    [{ ...body, messages: [] }, 'messages', 'expected at least one'],
    [{ ...body, temperature: 'hot' }, 'temperature', 'expected number, received string'],
    [{ ...body, top_p: 2 }, 'top_p', 'Too big: expected number to be <=1'],
    [{ ...body, max_tokens: 0 }, 'max_tokens', 'Too small: expected number to be >=1'],
    [{ ...body, max_tokens: 1.5 }, 'max_tokens', 'expected int, received number'],
    [{ ...body, stop: '' }, 'stop', 'expected a text that is not empty'],
    [{ ...body, stop: 5 }, 'stop', 'expected a string or a list of strings'],
    [{ ...body, stop: ['a', 5] }, 'stop[1]', 'expected string, received number'],
    [{ ...body, format: 'xml' }, 'format', expectedFormat],
    [{ ...body, format: { type: 'json_schema', json_schema: { schema: {} } } }, 'format', expectedFormat],
    [{ ...body, model: 'm'.repeat(513) }, 'model', 'expected a name of at most 512 characters'],
    [{ ...body, think: 'a lot' }, 'think', 'expected a boolean, "low", "medium" or "high"'],
    [{ ...body, stream: 'yes' }, 'stream', 'expected boolean, received string'],
    [
      { ...body, provider_options: { lab: 1 } },
      'provider_options.lab',
      'expected a JSON object of at most 64 levels',
    ],
    [{ ...body, tools: [{ type: 'web_search' }] }, 'tools[0].type', 'expected "function"'],
    [
      { ...body, tools: [{ type: 'function', name: 'f' }] },
      'tools[0].function',
      'expected object, but it is missing',
    ],
    [
      withMessage({ role: 'bot', content: '' }),
      'messages[0].role',
      'expected "system", "developer", "user", "assistant" or "tool"',
    ],
    [
      withMessage({ role: 'user', content: 5 }),
      'messages[0].content',
      'expected a string or a list of parts',
    ],
    [
      withMessage({ role: 'user', content: null }),
      'messages[0].content',
      'expected a string or a list of parts',
    ],
    [
      withMessage({ role: 'assistant', content: null }),
      'messages[0].content',
      'expected a string or a list of text parts; only a message with tool_calls may do without',
    ],
    [
      withMessage({ role: 'tool', content: 'ok' }),
      'messages[0].tool_call_id',
      'expected the id of the tool call that this message answers',
    ],
    [withPart({ type: 'image_url' }), 'messages[0].content[0].type', 'expected "text", "image" or "file"'],
    [
      withPart({ type: 'image', data: 'AA==' }),
      'messages[0].content[0].media_type',
      'expected a media type such as "image/png"',
    ],
    [
      withPart({ type: 'image', data: 'data:image/png;base64,AA==', media_type: 'image/png' }),
      'messages[0].content[0].data',
      'expected base64 without a "data:" prefix',
    ],
    [withPart({ type: 'image' }), 'messages[0].content[0]', 'expected data with media_type, or url'],
    [
      withPart({ type: 'image', data: 'AA==', url: 'https://example.com' }),
      'messages[0].content[0]',
      'expected either data with media_type, or url, not both',
    ],
    [
      withMessage({ role: 'system', content: [{ type: 'image', url: 'https://example.com' }] }),
      'messages[0].content[0].type',
      'expected "text": only user and tool messages hold other parts',
    ],
    [
      withCall({ name: 'f', arguments: {} }),
      'messages[0].tool_calls[0].id',
      'expected string, but it is missing',
    ],
    [
      withCall({ id: 'c' }),
      'messages[0].tool_calls[0]',
      'expected either "function" with a name, or "name" and "arguments"',
    ],
    [
      withCall({ id: 'c', function: { name: 'f', arguments: [] } }),
      'messages[0].tool_calls[0].function.arguments',
      'expected JSON text or an object',
    ],
  ])('%#', (json, path, message) => {
    expect(problemOf(json)).toBe(`invalid-request ${path} | ${path === '-' ? '' : `${path}: `}${message}`);
  });

  it('names the third message and its part', () => {
    const messages = [
      ...body.messages,
      ...body.messages,
      { role: 'user', content: [{ type: 'file', data: 'AA==' }] },
    ];
    expect(problemOf({ ...body, messages })).toContain('messages[2].content[0].media_type');
  });
});

describe('what no provider could make sense of is refused here', () => {
  const tools = [{ type: 'function', function: { name: 'f' } }];
  const choice = (name: string) => ({ type: 'function', function: { name } });

  it.each([
    [{ tools, tool_choice: choice('g') }, 'tool_choice.function.name: there is no tool "g" in tools'],
    [{ tool_choice: choice('f') }, 'tool_choice.function.name: there is no tool "f" in tools'],
    [{ tool_choice: 'required' }, 'tool_choice: "required" needs at least one tool in tools'],
  ])('%#', (fields, message) => {
    expect(problemOf({ ...body, ...fields })).toContain(message);
  });

  it.each([[{ tools, tool_choice: choice('f') }], [{ tool_choice: 'none' }], [{ tool_choice: 'auto' }]])(
    'but not %j',
    (fields) => {
      expect(problemOf({ ...body, ...fields })).toBe('none');
    },
  );
});

describe('a body of millions of wrong elements costs no more than one', () => {
  it.each([
    ['messages', (wrong: unknown[]) => ({ model: 'm', messages: wrong }), 'messages[0]'],
    [
      'parts',
      (wrong: unknown[]) => ({ model: 'm', messages: [{ role: 'user', content: wrong }] }),
      'messages[0].content',
    ],
    ['tools', (wrong: unknown[]) => ({ ...body, tools: wrong }), 'tools[0]'],
    ['stop texts', (wrong: unknown[]) => ({ ...body, stop: wrong }), 'stop'],
  ])('%s', (_name, make, path) => {
    const before = process.memoryUsage().heapUsed;
    expect(() => parseNativeRequest(make(Array.from({ length: 50_000 }, () => 1)))).toThrow(
      expect.objectContaining({ code: 'invalid-request', path: expect.stringContaining(path) }) as Error,
    );
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(40_000_000);
  });

  it('and a list that is too long is refused whole', () => {
    const messages = Array.from({ length: 100_001 }, () => ({ role: 'user', content: '' }));
    expect(() => parseNativeRequest({ model: 'm', messages })).toThrow('expected at most 100000');
  });
});
