import { type ChatRequest, isChatError } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { parseNativeRequest } from '../src/index.js';

const body = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] };
const parse = (fields: object): ChatRequest => parseNativeRequest({ ...body, ...fields }).request;
const message = (fields: object): unknown => parse({ messages: [fields] }).messages[0];

const problemOf = (json: unknown): string => {
  try {
    parseNativeRequest(json);
  } catch (error) {
    if (isChatError(error)) return `${error.code} ${error.path ?? '-'} | ${error.message}`;
    throw error;
  }
  return 'none';
};

describe('a request', () => {
  it('needs only model and messages, and gets no default added', () => {
    expect(parseNativeRequest(body)).toEqual({ request: body, stream: false, warnings: [] });
  });

  it('has every parameter under its wire name', () => {
    expect(
      parse({
        temperature: 0.5,
        top_p: 0.9,
        top_k: 40,
        seed: 7,
        stop: 'END',
        max_tokens: 10,
        presence_penalty: 1,
        frequency_penalty: -1,
        format: { type: 'object' },
        think: 'low',
        parallel_tool_calls: false,
        strict: true,
        provider_options: { lab: { snake_case: 1, camelCase: null } },
      }),
    ).toEqual({
      ...body,
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      seed: 7,
      stop: ['END'],
      maxTokens: 10,
      presencePenalty: 1,
      frequencyPenalty: -1,
      format: { type: 'object' },
      think: 'low',
      parallelToolCalls: false,
      strict: true,
      providerOptions: { lab: { snake_case: 1, camelCase: null } },
    });
  });

  it('says whether it wants a stream', () => {
    expect(parseNativeRequest({ ...body, stream: true }).stream).toBe(true);
  });

  it('may hold null for every optional field, which means left out', () => {
    const names =
      'temperature top_p top_k seed stop max_tokens presence_penalty frequency_penalty format think';
    const others = 'tools tool_choice parallel_tool_calls stream strict provider_options';
    const nulls = Object.fromEntries(`${names} ${others}`.split(' ').map((name) => [name, null]));
    expect(parseNativeRequest({ ...body, ...nulls })).toEqual({ request: body, stream: false, warnings: [] });
  });

  it("has tools and tool_choice in OpenAI's shapes", () => {
    const tools = [
      { type: 'function', function: { name: 'f', parameters: { type: 'object' }, strict: null } },
    ];
    expect(parse({ tools, tool_choice: { type: 'function', function: { name: 'f' } } })).toMatchObject({
      tools: [{ name: 'f', parameters: { type: 'object' } }],
      toolChoice: { name: 'f' },
    });
    expect(parse({ tools, tool_choice: 'required' }).toolChoice).toBe('required');
  });
});

describe('a message', () => {
  it('of a developer is a system message', () => {
    expect(message({ role: 'developer', content: 'Be brief' })).toEqual({
      role: 'system',
      content: 'Be brief',
    });
  });

  it('may have parts', () => {
    const content = [
      { type: 'text', text: 't' },
      { type: 'image', data: 'AA==', media_type: 'image/png', url: null },
      { type: 'image', url: 'https://example.com/a.png' },
      { type: 'file', data: 'AA==', media_type: 'application/pdf', filename: 'a.pdf' },
    ];
    expect(message({ role: 'user', content })).toEqual({
      role: 'user',
      content: [
        { type: 'text', text: 't' },
        { type: 'image', data: 'AA==', mediaType: 'image/png' },
        { type: 'image', url: 'https://example.com/a.png' },
        { type: 'file', data: 'AA==', mediaType: 'application/pdf', filename: 'a.pdf' },
      ],
    });
  });

  it("may have tool calls as OpenAI's API answers them, with null as content", () => {
    const tool_calls = [
      { id: 'c1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } },
      { id: 'c2', type: 'function', function: { name: 'g', arguments: '' } },
      { id: 'c3', type: 'function', function: { name: 'h', arguments: '{"cut' } },
    ];
    expect(message({ role: 'assistant', content: null, tool_calls })).toEqual({
      role: 'assistant',
      content: '',
      toolCalls: [
        { id: 'c1', name: 'f', arguments: { a: 1 } },
        { id: 'c2', name: 'g', arguments: {} },
        { id: 'c3', name: 'h', arguments: '{"cut' },
      ],
    });
  });

  it('may be an answer of this front, fed back as it is', () => {
    const answer = {
      content: 'Let me look',
      reasoning: 'hm',
      reasoning_segments: [{ text: 'hm', signature: 's' }],
      tool_calls: [{ id: 'c', name: 'f', arguments: { a: 1 }, provider_metadata: { p: { s: 1 } } }],
      provider_metadata: { p: { state: 'x' } },
    };
    expect(message({ role: 'assistant', ...answer })).toEqual({
      role: 'assistant',
      content: 'Let me look',
      reasoning: 'hm',
      reasoningSegments: [{ text: 'hm', signature: 's' }],
      toolCalls: [{ id: 'c', name: 'f', arguments: { a: 1 }, providerMetadata: { p: { s: 1 } } }],
      providerMetadata: { p: { state: 'x' } },
    });
  });

  it('of a tool names the call that it answers', () => {
    expect(message({ role: 'tool', content: 'ok', tool_call_id: 'c', name: 'f' })).toEqual({
      role: 'tool',
      content: 'ok',
      toolCallId: 'c',
      name: 'f',
    });
  });
});

describe('an unknown field', () => {
  const odd = {
    ...body,
    metadata: {},
    temprature: 1,
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'Hi', cache_control: {} }], tool_call_id: 'c' },
    ],
    tools: [{ type: 'function', function: { name: 'f', returns: {} } }],
  };

  it('is ignored with a warning, at the top and inside', () => {
    const { warnings } = parseNativeRequest(odd);
    expect(warnings.map(({ parameter }) => parameter)).toEqual([
      'messages[0].content[0].cache_control',
      'messages[0].tool_call_id',
      'metadata',
      'temprature',
      'tools[0].function.returns',
    ]);
    expect(warnings[2]).toEqual({
      code: 'parameter-dropped',
      parameter: 'metadata',
      message: 'unknown field "metadata" was ignored',
    });
    expect(warnings[3]?.message).toBe('unknown field "temprature" was ignored; did you mean "temperature"?');
  });

  it('is refused when the request is strict', () => {
    expect(problemOf({ ...body, strict: true, maxTokens: 5 })).toBe(
      'unsupported maxTokens | unknown field "maxTokens"; did you mean "max_tokens"?',
    );
    expect(problemOf({ ...odd, strict: true })).toMatch(/^unsupported messages\[0\]/);
  });

  it('cannot make a warning each when there are thousands', () => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`x${index}`, 0]));
    const { warnings } = parseNativeRequest({ ...body, ...many });
    expect(warnings).toHaveLength(17);
    expect(warnings[16]?.message).toBe('4984 more unknown fields were ignored');
  });

  it('inside free-form JSON is no concern of this front', () => {
    const free = { anything: { at: ['all'] } };
    expect(parseNativeRequest({ ...body, format: free, provider_options: { lab: free } }).warnings).toEqual(
      [],
    );
  });
});

it('takes "__proto__" and doubled keys for harmless', () => {
  const text = `{"model":"old","model":"m","__proto__":{"polluted":1},"provider_options":{"__proto__":{"polluted":1}},
    "messages":[{"role":"user","content":"Hi","__proto__":{"polluted":1}}]}`;
  const { request, warnings } = parseNativeRequest(JSON.parse(text));
  expect(request).toEqual({ ...body, providerOptions: {} });
  expect(warnings.map(({ parameter }) => parameter)).toEqual([
    '__proto__',
    'provider_options.__proto__',
    'messages[0].__proto__',
  ]);
  for (const value of [{}, request, request.messages[0]]) expect(value).not.toHaveProperty('polluted');
});
