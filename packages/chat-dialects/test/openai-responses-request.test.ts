import { describe, expect, it } from 'vitest';
import { body, parse, problemOf, requestOf, warningsOf } from './support/openai-responses.js';

describe('a request', () => {
  it('needs only model and input, and gets no default added', () => {
    const { request, stream, warnings } = parse(body);
    expect({ request, stream, warnings }).toEqual({
      request: { model: 'm', messages: [{ role: 'user', content: 'Hi' }] },
      stream: false,
      warnings: [],
    });
  });

  it('has every parameter under its name of the protocol', () => {
    const fields = {
      instructions: 'Be brief',
      temperature: 0.5,
      top_p: 0.9,
      max_output_tokens: 10,
      parallel_tool_calls: false,
      reasoning: { effort: 'low', summary: 'auto' },
      text: { format: { type: 'json_object' }, verbosity: 'medium' },
      provider_options: { lab: { snake_case: 1 } },
    };
    expect(requestOf(fields)).toEqual({
      model: 'm',
      messages: [
        { role: 'system', content: 'Be brief' },
        { role: 'user', content: 'Hi' },
      ],
      temperature: 0.5,
      topP: 0.9,
      maxTokens: 10,
      parallelToolCalls: false,
      think: 'low',
      format: 'json',
      providerOptions: { lab: { snake_case: 1 } },
    });
    expect(warningsOf(fields)).toEqual([]);
  });

  it('says whether it wants a stream', () => {
    expect(parse({ ...body, stream: true }).stream).toBe(true);
  });

  it('may hold null for every optional field, which means left out', () => {
    const names =
      'instructions tools tool_choice parallel_tool_calls max_output_tokens temperature top_p reasoning text include ' +
      'metadata store stream background previous_response_id conversation prompt truncation service_tier top_logprobs ' +
      'prompt_cache_key prompt_cache_retention safety_identifier user context_management stream_options provider_options';
    const nulls = Object.fromEntries(names.split(' ').map((name) => [name, null]));
    const { request, warnings } = parse({ ...body, ...nulls });
    expect({ request, warnings }).toEqual({ request: parse(body).request, warnings: [] });
  });

  it('of Codex is taken whole: of its tools only those are missing that OpenAI would run', () => {
    const codex = {
      instructions: 'You are Codex',
      input: [
        { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'sandbox' }] },
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'list files' }] },
      ],
      tools: [
        { type: 'function', name: 'shell', description: 'd', strict: false, parameters: { type: 'object' } },
        {
          type: 'namespace',
          name: 'mcp__fs__',
          description: 'd',
          tools: [{ type: 'function', name: 'read', strict: false, parameters: { type: 'object' } }],
        },
        { type: 'web_search', external_web_access: false },
      ],
      tool_choice: 'auto',
      parallel_tool_calls: false,
      reasoning: null,
      store: false,
      stream: true,
      include: ['reasoning.encrypted_content'],
      prompt_cache_key: 'k',
      client_metadata: { session: 's' },
    };
    expect(requestOf(codex)).toEqual({
      model: 'm',
      messages: [
        { role: 'system', content: 'You are Codex' },
        { role: 'system', content: [{ type: 'text', text: 'sandbox' }] },
        { role: 'user', content: [{ type: 'text', text: 'list files' }] },
      ],
      tools: [
        { name: 'shell', description: 'd', strict: false, parameters: { type: 'object' } },
        { name: 'mcp__fs__read', strict: false, parameters: { type: 'object' } },
      ],
      toolChoice: 'auto',
      parallelToolCalls: false,
    });
    expect(warningsOf(codex)).toEqual([
      'prompt_cache_key | parameter-dropped',
      'tools[2] | parameter-dropped',
    ]);
  });
});

describe('the effort of reasoning', () => {
  it.each([
    ['none', false],
    ['low', 'low'],
    ['medium', 'medium'],
    ['high', 'high'],
  ])('%s is taken as it is', (effort, think) => {
    expect(requestOf({ reasoning: { effort } }).think).toBe(think);
    expect(warningsOf({ reasoning: { effort } })).toEqual([]);
  });

  it.each([
    ['minimal', 'low'],
    ['xhigh', 'high'],
    ['max', 'high'],
  ])('%s becomes the nearest that there is, with a warning', (effort, think) => {
    expect(requestOf({ reasoning: { effort } }).think).toBe(think);
    expect(warningsOf({ reasoning: { effort } })).toEqual(['reasoning.effort | parameter-changed']);
  });

  it('is left out where only a summary is asked for, which every answer has', () => {
    expect(requestOf({ reasoning: { summary: 'detailed' } })).not.toHaveProperty('think');
    expect(warningsOf({ reasoning: { summary: 'detailed' } })).toEqual([]);
  });
});

describe('the format of the text', () => {
  const schema = { type: 'object', properties: { a: { type: 'string' } } };

  it('is the schema itself', () => {
    const format = { type: 'json_schema', name: 'x', schema, strict: true };
    expect(requestOf({ text: { format } }).format).toEqual(schema);
    expect(warningsOf({ text: { format } })).toEqual([]);
  });

  it('"text" is none', () => {
    expect(requestOf({ text: { format: { type: 'text' } } })).not.toHaveProperty('format');
  });
});

describe('a parameter without a place is dropped with a warning', () => {
  it.each([
    [{ truncation: 'auto' }, 'truncation'],
    [{ service_tier: 'flex' }, 'service_tier'],
    [{ prompt_cache_key: 'k' }, 'prompt_cache_key'],
    [{ prompt_cache_retention: '24h' }, 'prompt_cache_retention'],
    [{ safety_identifier: 's' }, 'safety_identifier'],
    [{ user: 'u' }, 'user'],
    [{ top_logprobs: 3 }, 'top_logprobs'],
    [{ store: true }, 'store'],
    [{ context_management: [{ type: 'compaction' }] }, 'context_management'],
    [{ text: { verbosity: 'low' } }, 'text.verbosity'],
    [{ text: { format: { type: 'json_schema', schema: {}, description: 'd' } } }, 'text.format.description'],
    [{ reasoning: { summary: 'concise' } }, 'reasoning.summary'],
    [{ reasoning: { generate_summary: 'concise' } }, 'reasoning.generate_summary'],
    [{ stream_options: { include_obfuscation: true } }, 'stream_options.include_obfuscation'],
    [{ include: ['reasoning.encrypted_content', 'message.output_text.logprobs'] }, 'include[1]'],
  ])('%j', (fields, parameter) => {
    expect(warningsOf(fields)).toEqual([`${parameter} | parameter-dropped`]);
  });

  it('but not where its value asks for nothing, or what it asks for is done', () => {
    const idle = {
      truncation: 'disabled',
      service_tier: 'auto',
      top_logprobs: 0,
      store: false,
      background: false,
      metadata: { a: 'b' },
      max_tool_calls: 3,
      stream_options: { include_obfuscation: false },
      some_field_of_next_month: true,
    };
    expect(warningsOf(idle)).toEqual([]);
  });
});

describe('what needs a memory is refused, with what to send instead', () => {
  it.each([
    [{ previous_response_id: 'resp_1' }, /^unsupported previous_response_id \| .*send the earlier items/],
    [{ conversation: { id: 'conv_1' } }, /^unsupported conversation \| .*send the earlier items/],
    [{ conversation: 'conv_1' }, /^unsupported conversation \|/],
    [{ background: true }, /^unsupported background \| .*set stream/],
    [{ prompt: { id: 'pmpt_1' } }, /^unsupported prompt \| .*instructions and input/],
    [
      { input: [{ type: 'item_reference', id: 'msg_1' }] },
      /^unsupported input\[0\] \| .*send the item itself/,
    ],
    [
      { input: [{ type: 'compaction', encrypted_content: 'x' }] },
      /^unsupported input\[0\] \| .*earlier items/,
    ],
  ])('%j', (fields, problem) => {
    expect(problemOf(fields)).toMatch(problem);
  });
});

describe('a wrong field is named', () => {
  it.each([
    [{ model: 7 }, 'invalid-request model | model: expected string, received number'],
    [{ input: undefined }, /^invalid-request input \| .*expected a string or a list of items/],
    [{ input: [] }, 'invalid-request input | input: expected at least one message'],
    [{ input: [7] }, /^invalid-request input\[0\] \| .*expected a "type", or a "role" and "content"/],
    [{ input: [{ content: 'x' }] }, /^invalid-request input\[0\]\.type \|/],
    [
      { input: [{ role: 'tool', content: 'x' }] },
      /^invalid-request input\[0\]\.role \| .*function_call_output/,
    ],
    [{ input: [{ role: 'user' }] }, /^invalid-request input\[0\]\.content \|/],
    [
      { input: [{ role: 'user', content: [{ type: 'input_text' }] }] },
      /^invalid-request input\[0\]\.content/,
    ],
    [
      { input: [{ type: 'function_call', name: 'f', arguments: '' }] },
      /^invalid-request input\[0\]\.call_id \|/,
    ],
    [{ temperature: 'hot' }, /^invalid-request temperature \|/],
    [{ max_output_tokens: 0 }, /^invalid-request max_output_tokens \|/],
    [{ reasoning: { effort: 'extreme' } }, /^invalid-request reasoning\.effort \| .*"xhigh" or "max"/],
    [{ text: { format: { type: 'xml' } } }, /^invalid-request text\.format\.type \|/],
    [
      { text: { format: { type: 'json_schema', schema: 'json' } } },
      /^invalid-request text\.format\.schema \|/,
    ],
    [{ tools: [{ name: 'f' }] }, /^invalid-request tools\[0\]\.type \|/],
    [{ tools: [{ type: 'function' }] }, /^invalid-request tools\[0\]\.name \|/],
  ])('%j', (fields, problem) => {
    expect(problemOf(fields)).toMatch(problem);
  });
});
