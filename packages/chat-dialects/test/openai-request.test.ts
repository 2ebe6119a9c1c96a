import { describe, expect, it } from 'vitest';
import { parseOpenaiRequest } from '../src/openai/request.js';

const user = { role: 'user', content: 'Hi' };
const parse = (fields: object = {}) => parseOpenaiRequest({ model: 'm', messages: [user], ...fields });
const weather = { type: 'function', function: { name: 'weather', parameters: { type: 'object' } } };

describe('a request', () => {
  it('sets nothing that the caller did not', () => {
    expect(parse()).toEqual({
      request: { model: 'm', messages: [user] },
      stream: false,
      includeUsage: false,
      warnings: [],
    });
  });

  it('takes null as left out, in every field', () => {
    const fields = `temperature top_p top_k seed stop max_tokens max_completion_tokens presence_penalty frequency_penalty
      response_format reasoning_effort tools tool_choice parallel_tool_calls stream stream_options provider_options n
      functions function_call modalities audio web_search_options logprobs top_logprobs logit_bias metadata prediction
      prompt_cache_key prompt_cache_retention safety_identifier service_tier store user verbosity`;
    const nulls = Object.fromEntries(fields.split(/\s+/).map((name) => [name, null]));
    expect(parse(nulls)).toEqual(parse());
  });

  it('ignores fields that it does not know, at every depth', () => {
    const part = { type: 'text', text: 'Hi', cache_control: { type: 'ephemeral' } };
    const { request, warnings } = parse({
      messages: [{ role: 'user', content: [part], beta: 1 }],
      client_metadata: {},
      stream_options: { include_obfuscation: false },
    });
    expect(request).toEqual({
      model: 'm',
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
    });
    expect(warnings).toEqual([]);
  });

  it('takes the sampling parameters over', () => {
    const { request } = parse({
      temperature: 0.5,
      top_p: 0.9,
      top_k: 4,
      seed: 7,
      presence_penalty: -1,
      frequency_penalty: 1,
      parallel_tool_calls: false,
      provider_options: { lab: { a: 1 } },
    });
    expect(request).toMatchObject({
      temperature: 0.5,
      topP: 0.9,
      topK: 4,
      seed: 7,
      presencePenalty: -1,
      frequencyPenalty: 1,
      parallelToolCalls: false,
      providerOptions: { lab: { a: 1 } },
    });
  });

  it.each([
    ['END', ['END']],
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    [[], undefined],
  ])('stop may be a string or a list: %j', (stop, expected) => {
    expect(parse({ stop }).request.stop).toEqual(expected);
  });

  it('include_usage counts only inside stream_options', () => {
    expect(parse({ stream: true, stream_options: { include_usage: true } })).toMatchObject({
      stream: true,
      includeUsage: true,
    });
    expect(parse({ stream: true, stream_options: {} })).toMatchObject({ stream: true, includeUsage: false });
  });
});

describe('the limit of tokens', () => {
  it.each([{ max_tokens: 9 }, { max_completion_tokens: 9 }, { max_tokens: 9, max_completion_tokens: 9 }])(
    'has two names: %j',
    (fields) => {
      expect(parse(fields)).toMatchObject({ request: { maxTokens: 9 }, warnings: [] });
    },
  );

  it('is that of the newer name where the two differ, with a warning', () => {
    const { request, warnings } = parse({ max_tokens: 9, max_completion_tokens: 5 });
    expect(request.maxTokens).toBe(5);
    expect(warnings).toMatchObject([{ code: 'parameter-dropped', parameter: 'max_tokens' }]);
  });
});

describe('reasoning_effort', () => {
  it.each([
    ['none', false],
    ['low', 'low'],
    ['medium', 'medium'],
    ['high', 'high'],
  ])('%s is think %s', (effort, think) => {
    expect(parse({ reasoning_effort: effort })).toMatchObject({ request: { think }, warnings: [] });
  });

  it.each([
    ['minimal', 'low'],
    ['xhigh', 'high'],
    ['max', 'high'],
  ])('%s is the nearest that there is, %s, with a warning', (effort, think) => {
    const { request, warnings } = parse({ reasoning_effort: effort });
    expect(request.think).toBe(think);
    expect(warnings).toMatchObject([{ code: 'parameter-changed', parameter: 'reasoning_effort' }]);
  });
});

describe('response_format', () => {
  const schema = { type: 'object', properties: { a: { type: 'string' } } };
  it.each([
    [{ type: 'text' }, undefined],
    [{ type: 'json_object' }, 'json'],
    [{ type: 'json_schema', json_schema: { name: 'x', strict: true, schema } }, schema],
  ])('%j', (format, expected) => {
    expect(parse({ response_format: format })).toMatchObject({ warnings: [] });
    expect(parse({ response_format: format }).request.format).toEqual(expected);
  });

  it('warns that the description of a schema reaches nobody', () => {
    const { warnings } = parse({
      response_format: { type: 'json_schema', json_schema: { name: 'x', description: 'd', schema } },
    });
    expect(warnings).toMatchObject([{ parameter: 'response_format.json_schema.description' }]);
  });
});

describe('tools', () => {
  it('are functions; an empty list is none', () => {
    expect(parse({ tools: [weather] }).request.tools).toEqual([
      { name: 'weather', parameters: { type: 'object' } },
    ]);
    expect(parse({ tools: [{ function: { name: 'a', strict: true } }] }).request.tools).toEqual([
      { name: 'a', strict: true },
    ]);
    expect(parse({ tools: [] }).request).not.toHaveProperty('tools');
  });

  it.each([
    ['auto', 'auto'],
    ['none', 'none'],
    ['required', 'required'],
    [{ type: 'function', function: { name: 'weather' } }, { name: 'weather' }],
  ])('the choice %j', (choice, expected) => {
    expect(parse({ tools: [weather], tool_choice: choice }).request.toolChoice).toEqual(expected);
  });
});
