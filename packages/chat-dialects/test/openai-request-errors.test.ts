import { type ChatError, isChatError } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { parseOpenaiRequest } from '../src/openai/request.js';

const user = { role: 'user', content: 'Hi' };
const parse = (fields: object) => parseOpenaiRequest({ model: 'm', messages: [user], ...fields });

const faultOf = (body: unknown): ChatError => {
  try {
    parseOpenaiRequest(body);
  } catch (error) {
    if (isChatError(error)) return error;
    throw error;
  }
  throw new Error('it was taken');
};
const fault = (fields: object): ChatError => faultOf({ model: 'm', messages: [user], ...fields });
const turn = (message: unknown): object => ({ messages: [message] });
const part = (value: unknown): object => turn({ role: 'user', content: [value] });

describe('a wrong body is refused with the path of the field, in its own names', () => {
  it.each([undefined, null, 1, 'x', []])('%j is no object', (body) => {
    expect(faultOf(body)).toMatchObject({ code: 'invalid-request', path: undefined });
  });

  it.each<[string, object]>([
    ['model', { model: undefined }],
    ['model', { model: '' }],
    ['messages', { messages: undefined }],
    ['messages', { messages: [] }],
    ['temperature', { temperature: '0.5' }],
    ['top_p', { top_p: 2 }],
    ['max_tokens', { max_tokens: 0 }],
    ['max_completion_tokens', { max_completion_tokens: 1.5 }],
    ['stop[1]', { stop: ['a', 1] }],
    ['stream', { stream: 'true' }],
    ['stream_options.include_usage', { stream_options: { include_usage: 1 } }],
    ['reasoning_effort', { reasoning_effort: 'a lot' }],
    ['response_format.type', { response_format: { type: 'xml' } }],
    [
      'response_format.json_schema.schema',
      { response_format: { type: 'json_schema', json_schema: { name: 'x' } } },
    ],
    [
      'response_format.json_schema.schema',
      { response_format: { type: 'json_schema', json_schema: { schema: 'json' } } },
    ],
    ['tools[0].function.name', { tools: [{ type: 'function', function: {} }] }],
    ['tools[0]', { tools: [{ type: 'function' }] }],
    ['tool_choice', { tool_choice: 'required' }],
    ['tool_choice', { tool_choice: 'sometimes' }],
    ['tool_choice.function.name', { tool_choice: { type: 'function', function: { name: 'nobody' } } }],
    ['n', { n: 0 }],
    ['user', { user: 1 }],
    ['logit_bias', { logit_bias: [] }],
    ['messages[0].role', turn({ role: 'robot', content: 'x' })],
    ['messages[0].role', turn({ role: 'function', name: 'f', content: 'x' })],
    ['messages[0].content', turn({ role: 'user', content: null })],
    ['messages[0].content', turn({ role: 'assistant', content: null })],
    ['messages[0].content', turn({ role: 'assistant', tool_calls: [] })],
    ['messages[0].content[0].type', turn({ role: 'assistant', content: [{ type: 'image_url' }] })],
    ['messages[0].tool_call_id', turn({ role: 'tool', content: 'x' })],
    ['messages[0].tool_calls[0].id', turn({ role: 'assistant', tool_calls: [{ function: { name: 'f' } }] })],
    [
      'messages[0].tool_calls[0].function.arguments',
      turn({ role: 'assistant', tool_calls: [{ id: 'a', function: { name: 'f', arguments: {} } }] }),
    ],
    ['messages[0].content[0].type', part({ type: 'video_url' })],
    ['messages[0].content[0].image_url.url', part({ type: 'image_url', image_url: { url: 'ftp://x' } })],
    [
      'messages[0].content[0].image_url.url',
      part({ type: 'image_url', image_url: { url: 'data:image/png,x' } }),
    ],
    [
      'messages[0].content[0].image_url.url',
      part({ type: 'image_url', image_url: { url: 'data:;base64,AAAA' } }),
    ],
    [
      'messages[0].content[0].image_url.url',
      part({ type: 'image_url', image_url: { url: 'data:image/png;base64,?' } }),
    ],
    ['messages[0].content[0].image_url', part({ type: 'image_url', image_url: 'AAAA' })],
    ['messages[0].content[0].file.file_data', part({ type: 'file', file: { file_data: 'AAAA' } })],
    ['messages[0].content[0].file.file_data', part({ type: 'file', file: { filename: 'a.pdf' } })],
    [
      'messages[0].reasoning_details[0].data',
      turn({
        role: 'assistant',
        content: 'x',
        reasoning_details: [
          { type: 'reasoning.encrypted', format: 'lakehouse-provider-metadata-v1', data: '{"a":' },
        ],
      }),
    ],
  ])('%s', (path, fields) => {
    const error = fault(fields);
    expect(error).toMatchObject({ code: 'invalid-request', path });
    expect(error.message).toContain(path);
  });

  it('says what to send instead of the role "function"', () => {
    expect(fault(turn({ role: 'function', content: 'x' })).message).toContain('tool_call_id');
  });
});

describe('what cannot be left out without another answer is refused', () => {
  const calls = (call: object): object => turn({ role: 'assistant', tool_calls: [call] });
  it.each<[string, object]>([
    ['n', { n: 2 }],
    ['functions', { functions: [{ name: 'f' }] }],
    ['function_call', { function_call: 'auto' }],
    ['modalities', { modalities: ['text', 'audio'] }],
    ['web_search_options', { web_search_options: {} }],
    ['tools[0].type', { tools: [{ type: 'custom', custom: { name: 'x' } }] }],
    ['tools[0].type', { tools: [{ type: 'web_search' }] }],
    ['tool_choice.type', { tool_choice: { type: 'allowed_tools', allowed_tools: {} } }],
    ['messages[0].content[0]', part({ type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } })],
    ['messages[0].content[0].file.file_id', part({ type: 'file', file: { file_id: 'file-1' } })],
    ['messages[0].function_call', turn({ role: 'assistant', function_call: { name: 'f', arguments: '' } })],
    ['messages[0].audio', turn({ role: 'assistant', content: 'x', audio: { id: 'a' } })],
    ['messages[0].tool_calls[0].type', calls({ id: 'a', type: 'custom', custom: { name: 'f', input: '' } })],
  ])('%s', (path, fields) => {
    const error = fault(fields);
    expect(error).toMatchObject({ code: 'unsupported', path, reroutable: false });
    expect(error.message).toMatch(/^\S+: .+/);
  });
});

describe('what the answer can do without is left out with a warning', () => {
  it.each<[string, unknown]>([
    ['audio', { voice: 'x' }],
    ['logprobs', true],
    ['top_logprobs', 3],
    ['logit_bias', { 50256: -100 }],
    ['metadata', { a: 'b' }],
    ['prediction', { type: 'content', content: 'x' }],
    ['prompt_cache_key', 'k'],
    ['prompt_cache_retention', '24h'],
    ['safety_identifier', 'x'],
    ['service_tier', 'flex'],
    ['store', true],
    ['user', 'x'],
    ['verbosity', 'low'],
  ])('%s', (name, value) => {
    const { warnings } = parse({ [name]: value });
    expect(warnings).toEqual([
      { code: 'parameter-dropped', parameter: name, message: expect.stringContaining(name) },
    ]);
  });

  it('but not where it asks for nothing', () => {
    const nothing = {
      n: 1,
      modalities: ['text'],
      logprobs: false,
      top_logprobs: 0,
      logit_bias: {},
      metadata: {},
      service_tier: 'auto',
      store: false,
      verbosity: 'medium',
    };
    expect(parse(nothing).warnings).toEqual([]);
  });
});
