import { isChatError } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { exchangeOf, least, parse } from './support/anthropic-client.js';

const request = { model: 'm', maxTokens: 10, messages: [{ role: 'user', content: 'Hi' }] };

const problemOf = (fields: object): string => {
  try {
    parse(fields);
  } catch (error) {
    if (isChatError(error)) return `${error.code} ${error.path ?? '-'} | ${error.message}`;
    throw error;
  }
  return 'none';
};
const warned = (fields: object): string[] =>
  parse(fields).warnings.map(({ code, parameter }) => `${code} ${parameter ?? '-'}`);

describe('a request', () => {
  it('needs only model, max_tokens and messages, and gets no default added', () => {
    expect(parse({})).toMatchObject({ stream: false, warnings: [] });
    expect(parse({}).request).toEqual(request);
  });

  it('has every parameter under its wire name', () => {
    expect(
      parse({
        temperature: 0.5,
        top_p: 0.9,
        top_k: 40,
        stop_sequences: ['END'],
        output_config: { format: { type: 'json_schema', schema: { type: 'object' } } },
      }).request,
    ).toEqual({
      ...request,
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      stop: ['END'],
      format: { type: 'object' },
    });
  });

  it('takes the format from its earlier place too, and from the later one first', () => {
    const output_format = { type: 'json_schema', schema: { type: 'array' } };
    expect(parse({ output_format }).request.format).toEqual({ type: 'array' });
    const output_config = { format: { type: 'json_schema', schema: { type: 'object' } } };
    expect(parse({ output_format, output_config }).request.format).toEqual({ type: 'object' });
  });

  it('says whether it wants a stream', () => {
    expect(parse({ stream: true }).stream).toBe(true);
    expect(parse({ stream: false }).stream).toBe(false);
  });

  it('may hold null for every optional field, which means left out', () => {
    const names =
      'system tools tool_choice stop_sequences temperature top_p top_k stream thinking output_config output_format';
    const others =
      'metadata service_tier speed inference_geo container mcp_servers context_management thread compaction fallbacks';
    const nulls = Object.fromEntries(`${names} ${others}`.split(' ').map((name) => [name, null]));
    expect(parse(nulls)).toMatchObject({ stream: false, warnings: [] });
    expect(parse(nulls).request).toEqual(request);
  });

  it('may hold fields that nobody knows, and cache_control everywhere, without a warning', () => {
    const cache_control = { type: 'ephemeral' };
    const exchange = parse({
      cache_control,
      brand_new: { beta: true },
      system: [{ type: 'text', text: 'S', cache_control }],
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi', cache_control, citations: null }] }],
      tools: [
        {
          name: 'f',
          input_schema: { type: 'object' },
          cache_control,
          eager_input_streaming: true,
          defer_loading: true,
        },
      ],
    });
    expect(exchange.warnings).toEqual([]);
    expect(exchange.request.tools).toEqual([{ name: 'f', parameters: { type: 'object' } }]);
  });

  it.each([
    [{ max_tokens: undefined }, 'invalid-request max_tokens'],
    [{ max_tokens: 0 }, 'invalid-request max_tokens'],
    [{ model: '' }, 'invalid-request model'],
    [{ messages: [] }, 'invalid-request messages'],
    [{ messages: [{ role: 'tool', content: '' }] }, 'invalid-request messages[0].role'],
    [
      { messages: [{ role: 'user', content: [{ type: 'text' }] }] },
      'invalid-request messages[0].content[0].text',
    ],
    [{ messages: [{ role: 'user' }] }, 'invalid-request messages[0].content'],
    [{ temperature: '1' }, 'invalid-request temperature'],
    [{ stop_sequences: 'END' }, 'invalid-request stop_sequences'],
    [{ thinking: { type: 'on' } }, 'invalid-request thinking'],
    [{ tools: [{ name: 'f' }] }, 'invalid-request tools[0].input_schema'],
    [{ tools: [{ input_schema: {} }] }, 'invalid-request tools[0].name'],
    [{ output_config: { effort: 'huge' } }, 'invalid-request output_config.effort'],
    [
      { output_config: { format: { type: 'json_schema', schema: 'json' } } },
      'invalid-request output_config.format.schema',
    ],
    [{ tool_choice: { type: 'function' } }, 'invalid-request tool_choice'],
    [{ tool_choice: { type: 'any' } }, 'invalid-request tool_choice'],
    [{ tool_choice: { type: 'tool', name: 'f' } }, 'invalid-request tool_choice.name'],
    [{ container: 'c1' }, 'unsupported container'],
    [{ container: { skills: [] } }, 'unsupported container'],
    [{ mcp_servers: [{ type: 'url', url: 'https://a.example' }] }, 'unsupported mcp_servers'],
    [{ inference_geo: 'us' }, 'unsupported inference_geo'],
    [{ thread: { type: 'create' } }, 'unsupported thread'],
    [{ thread: { type: 'continue', previous_message_id: 'msg_1' } }, 'unsupported thread'],
    [{ compaction: { type: 'summarize' } }, 'unsupported compaction'],
  ])('is refused with the path of what is wrong: %j', (fields, expected) => {
    expect(problemOf(fields).startsWith(expected)).toBe(true);
  });

  it.each([[null], [[]], ['text'], [undefined]])('is a JSON object, and not %j', (body) => {
    expect(() => exchangeOf(body)).toThrow(expect.objectContaining({ code: 'invalid-request' }));
  });
});

describe('a parameter that means nothing here', () => {
  it.each([
    [{ metadata: { user_id: 'u' } }, 'metadata.user_id'],
    [{ service_tier: 'standard_only' }, 'service_tier'],
    [{ speed: 'fast' }, 'speed'],
    [{ context_management: { edits: [{ type: 'clear_thinking_20251015' }] } }, 'context_management'],
    [{ thinking: { type: 'adaptive', display: 'omitted' } }, 'thinking.display'],
    [{ output_config: { effort: 'low' } }, 'output_config.effort'],
    [{ fallbacks: 'default' }, 'fallbacks'],
    [{ fallbacks: [{ model: 'm' }] }, 'fallbacks'],
  ])('is reported: %j', (fields, parameter) => {
    expect(warned(fields)).toEqual([`parameter-dropped ${parameter}`]);
  });

  it.each([
    [{ metadata: {} }],
    [{ service_tier: 'auto' }],
    [{ speed: 'standard' }],
    [{ context_management: {} }],
    [{ mcp_servers: [] }],
    [{ inference_geo: 'global' }],
    [{ fallbacks: [] }],
    [{ thinking: { type: 'adaptive', display: 'summarized' } }],
  ])('is not reported where it asks for what happens anyway: %j', (fields) => {
    expect(warned(fields)).toEqual([]);
  });
});

it('a request as Claude Code sends it is taken, with warnings only of what is lost', () => {
  const exchange = exchangeOf({
    ...least,
    max_tokens: 32_000,
    stream: true,
    system: [
      { type: 'text', text: 'x-anthropic-billing-header: cc_version=2.1; cch=abc12;' },
      { type: 'text', text: 'You are an agent.', cache_control: { type: 'ephemeral', ttl: '1h' } },
    ],
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'Hi', cache_control: { type: 'ephemeral' } }] },
      { role: 'system', content: 'A reminder.' },
    ],
    tools: [
      { name: 'Bash', description: 'Runs', input_schema: { type: 'object' }, eager_input_streaming: true },
    ],
    metadata: { user_id: '{"session_id":"x"}' },
    thinking: { type: 'adaptive' },
    context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
    output_config: { effort: 'high' },
  });
  expect(exchange.request).toEqual({
    model: 'm',
    maxTokens: 32_000,
    think: 'high',
    messages: [
      { role: 'system', content: [{ type: 'text', text: 'You are an agent.' }] },
      { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
      { role: 'system', content: 'A reminder.' },
    ],
    tools: [{ name: 'Bash', description: 'Runs', parameters: { type: 'object' } }],
  });
  expect(exchange.stream).toBe(true);
  expect(exchange.warnings.map(({ parameter }) => parameter)).toEqual([
    'metadata.user_id',
    'context_management',
  ]);
});
