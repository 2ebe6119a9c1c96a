import { isChatError } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { parse } from './support/anthropic-client.js';

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

describe('thinking', () => {
  it.each([
    [{ type: 'enabled' }, undefined, true, []],
    [{ type: 'adaptive' }, undefined, true, []],
    [{ type: 'disabled' }, undefined, false, []],
    [{ type: 'between_tools' }, undefined, false, []],
    [{ type: 'adaptive' }, 'medium', 'medium', []],
    [{ type: 'adaptive' }, 'max', 'high', ['parameter-changed output_config.effort']],
    [{ type: 'adaptive' }, 'xhigh', 'high', ['parameter-changed output_config.effort']],
    [
      { type: 'enabled', budget_tokens: 1024 },
      undefined,
      'low',
      ['parameter-changed thinking.budget_tokens'],
    ],
    [
      { type: 'enabled', budget_tokens: 10_000 },
      undefined,
      'medium',
      ['parameter-changed thinking.budget_tokens'],
    ],
    [
      { type: 'enabled', budget_tokens: 31_999 },
      undefined,
      'high',
      ['parameter-changed thinking.budget_tokens'],
    ],
    [{ type: 'enabled', budget_tokens: 31_999 }, 'low', 'low', ['parameter-dropped thinking.budget_tokens']],
    [{ type: 'disabled' }, 'high', false, ['parameter-dropped output_config.effort']],
    [null, 'high', undefined, ['parameter-dropped output_config.effort']],
    [null, undefined, undefined, []],
  ])('%j with effort %j is %j', (thinking, effort, think, warnings) => {
    const fields = { thinking, output_config: { effort } };
    expect(parse(fields).request.think).toBe(think);
    expect(warned(fields)).toEqual(warnings);
  });
});

describe('tools', () => {
  const f = { name: 'f', description: 'does', input_schema: { type: 'object' }, strict: true };
  const server = { type: 'web_search_20250305', name: 'web_search', max_uses: 5 };

  it('have their schema as parameters, whether or not they say that they are custom', () => {
    const expected = { name: 'f', description: 'does', parameters: { type: 'object' }, strict: true };
    expect(parse({ tools: [f, { ...f, type: 'custom' }] }).request.tools).toEqual([expected, expected]);
  });

  it('of another type are left out and reported', () => {
    const exchange = parse({ tools: [server, f, { type: 'mcp_toolset', mcp_server_name: 'x' }] });
    expect(exchange.request.tools?.map(({ name }) => name)).toEqual(['f']);
    expect(exchange.warnings).toMatchObject([
      {
        code: 'parameter-dropped',
        parameter: 'tools[0]',
        message: expect.stringContaining('web_search_20250305'),
      },
      { code: 'parameter-dropped', parameter: 'tools[2]' },
    ]);
  });

  it('of another type are refused when they are forced', () => {
    expect(problemOf({ tools: [server, f], tool_choice: { type: 'tool', name: 'web_search' } })).toMatch(
      /^unsupported tool_choice\.name/,
    );
    expect(problemOf({ tools: [server], tool_choice: { type: 'any' } })).toMatch(/^unsupported tool_choice /);
    expect(problemOf({ tools: [server, f], tool_choice: { type: 'any' } })).toBe('none');
  });

  it.each([
    [{ type: 'auto' }, { toolChoice: 'auto' }],
    [{ type: 'any' }, { toolChoice: 'required' }],
    [{ type: 'none' }, { toolChoice: 'none' }],
    [{ type: 'tool', name: 'f' }, { toolChoice: { name: 'f' } }],
    [
      { type: 'auto', disable_parallel_tool_use: true },
      { toolChoice: 'auto', parallelToolCalls: false },
    ],
    [
      { type: 'any', disable_parallel_tool_use: false },
      { toolChoice: 'required', parallelToolCalls: true },
    ],
  ])('tool_choice %j is understood', (tool_choice, expected) => {
    const tools = [{ name: 'f', parameters: { type: 'object' } }];
    const { request: parsed } = parse({
      tools: [{ name: 'f', input_schema: { type: 'object' } }],
      tool_choice,
    });
    expect(parsed).toEqual({ ...request, tools, ...expected });
  });

  it('that are none leave no choice behind, which some upstreams refuse', () => {
    for (const tools of [[], [server], undefined]) {
      const { request: parsed } = parse({
        tools,
        tool_choice: { type: 'auto', disable_parallel_tool_use: true },
      });
      expect(parsed).toEqual(request);
    }
  });

  it('cannot make a list of warnings of any length', () => {
    const { warnings } = parse({ tools: Array.from({ length: 100 }, () => server) });
    expect(warnings).toHaveLength(17);
    expect(warnings.at(-1)?.message).toContain('84');
  });
});
