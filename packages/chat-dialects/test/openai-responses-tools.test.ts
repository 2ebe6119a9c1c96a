import { describe, expect, it } from 'vitest';
import { body, meta, parse, problemOf, requestOf, warningsOf } from './support/openai-responses.js';
import type { WireResponse } from './support/openai-responses-client.js';

const tool = (name: string, more: object = {}) => ({ type: 'function', name, ...more });
const namespace = (name: string, ...tools: object[]) => ({
  type: 'namespace',
  name,
  description: 'd',
  tools,
});

describe('a function', () => {
  it('stands flat, and may hold null', () => {
    const tools = [
      tool('f', { description: null, parameters: null, strict: null }),
      tool('g', { strict: true }),
    ];
    expect(requestOf({ tools }).tools).toEqual([{ name: 'f' }, { name: 'g', strict: true }]);
  });

  it('of a name that another has is refused, because nobody could tell the calls apart', () => {
    const tools = [tool('a__b'), namespace('a', tool('b'))];
    expect(problemOf({ tools })).toMatch(/^invalid-request tools\[1\]\.tools\[0\]\.name \| .*as "a__b"/);
  });
});

it('a tool that is given twice is offered once, with a warning', () => {
  const tools = [namespace('a', tool('b', { description: 'first' })), namespace('a', tool('b'), tool('c'))];
  expect(requestOf({ tools }).tools).toEqual([{ name: 'a__b', description: 'first' }, { name: 'a__c' }]);
  expect(warningsOf({ tools })).toEqual(['tools[1].tools[0] | parameter-dropped']);
});

describe('a tool that a server would run', () => {
  it.each([
    'web_search',
    'web_search_preview',
    'file_search',
    'local_shell',
    'shell',
    'mcp',
    'code_interpreter',
  ])('%s is left out with a warning', (type) => {
    expect(requestOf({ tools: [tool('f'), { type, x: 1 }] }).tools).toEqual([{ name: 'f' }]);
    expect(warningsOf({ tools: [tool('f'), { type, x: 1 }] })).toEqual(['tools[1] | parameter-dropped']);
  });

  it('is refused where the choice forces it', () => {
    const tools = [{ type: 'web_search' }];
    expect(problemOf({ tools, tool_choice: { type: 'web_search' } })).toMatch(
      /^unsupported tool_choice\.type \|/,
    );
    expect(problemOf({ tools, tool_choice: 'required' })).toMatch(/^unsupported tool_choice \|/);
    const allowed = { type: 'allowed_tools', mode: 'required', tools };
    expect(problemOf({ tools, tool_choice: allowed })).toMatch(/^unsupported tool_choice\.tools \|/);
  });
});

describe('the choice', () => {
  const tools = [tool('f'), tool('g')];

  it.each([
    ['auto', 'auto'],
    ['none', 'none'],
    ['required', 'required'],
    [{ type: 'function', name: 'g' }, { name: 'g' }],
  ])('%j', (choice, expected) => {
    expect(requestOf({ tools, tool_choice: choice })).toMatchObject({
      tools: [{}, {}],
      toolChoice: expected,
    });
  });

  it('of some tools leaves the others out', () => {
    const choice = { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'g' }] };
    const { tools: offered, toolChoice } = requestOf({ tools, tool_choice: choice });
    expect({ offered, toolChoice }).toEqual({ offered: [{ name: 'g' }], toolChoice: 'required' });
  });

  it('is left out where there is nothing to choose from', () => {
    expect(requestOf({ tools: [{ type: 'web_search' }], tool_choice: 'auto' })).not.toHaveProperty(
      'toolChoice',
    );
  });

  it('of a tool that is not there makes no sense', () => {
    const choice = { type: 'function', name: 'h' };
    expect(problemOf({ tools, tool_choice: choice })).toMatch(
      /^invalid-request tool_choice\.name \| .*no tool "h"/,
    );
    expect(problemOf({ tool_choice: 'required' })).toMatch(/^invalid-request tool_choice \|/);
  });
});

const answerWith = (
  tools: readonly object[],
  call: { name: string; arguments: object | string },
  input?: object[],
) =>
  parse({ ...body, tools, ...(input && { input }) }).formatResponse(
    { model: 'm', content: '', finishReason: 'tool_calls', toolCalls: [{ id: 'c', ...call } as never] },
    meta,
  ) as WireResponse;

describe('a namespace', () => {
  const tools = [namespace('mcp__fs__', tool('read')), namespace('web', tool('run'))];

  it('becomes part of the name of its functions', () => {
    expect(requestOf({ tools }).tools).toEqual([{ name: 'mcp__fs__read' }, { name: 'web__run' }]);
  });

  it('stands beside the name again in a call, because Codex finds the tool by both', () => {
    expect(answerWith(tools, { name: 'web__run', arguments: {} }).output).toMatchObject([
      { type: 'function_call', name: 'run', namespace: 'web', call_id: 'c' },
    ]);
  });

  it('is found in the calls that come back, and in the choice', () => {
    const item = { type: 'function_call', call_id: 'c', name: 'run', namespace: 'web', arguments: '{}' };
    expect(requestOf({ tools, input: [item] }).messages).toMatchObject([
      { toolCalls: [{ name: 'web__run' }] },
    ]);
    const choice = { type: 'function', name: 'run', namespace: 'web' };
    expect(requestOf({ tools, tool_choice: choice }).toolChoice).toEqual({ name: 'web__run' });
  });
});

describe('a custom tool', () => {
  const format = { type: 'grammar', syntax: 'lark', definition: 'start: "x"' };
  const tools = [{ type: 'custom', name: 'patch', description: 'Patches', format }];

  it('becomes a function of one text, which is told the grammar', () => {
    expect(requestOf({ tools }).tools).toMatchObject([
      {
        name: 'patch',
        description: 'Patches\n\nThe input follows this lark grammar:\nstart: "x"',
        parameters: { type: 'object', required: ['input'] },
      },
    ]);
    expect(warningsOf({ tools })).toEqual(['tools[0].format | parameter-changed']);
    expect(warningsOf({ tools: [{ type: 'custom', name: 'p', format: { type: 'text' } }] })).toEqual([]);
  });

  it.each([
    ['the text of its argument', { input: 'x\n' }, 'x\n'],
    ['what the model wrote without one', 'x', 'x'],
    ['the JSON of other arguments', { y: 1 }, '{"y":1}'],
  ])('is called with %s', (_, given, input) => {
    expect(answerWith(tools, { name: 'patch', arguments: given }).output).toEqual([
      { type: 'custom_tool_call', id: 'ctc_r-1_0', status: 'completed', call_id: 'c', name: 'patch', input },
    ]);
  });

  it('has calls and results as any tool when they come back', () => {
    const input = [
      { type: 'custom_tool_call', call_id: 'c', name: 'patch', input: 'x' },
      { type: 'custom_tool_call_output', call_id: 'c', output: 'ok' },
    ];
    expect(requestOf({ tools, input }).messages).toEqual([
      { role: 'assistant', content: '', toolCalls: [{ id: 'c', name: 'patch', arguments: { input: 'x' } }] },
      { role: 'tool', toolCallId: 'c', content: 'ok' },
    ]);
  });
});

it('tools that stand in the input are offered as the others', () => {
  const input = [
    { type: 'additional_tools', role: 'developer', tools: [tool('f')] },
    { role: 'user', content: 'Hi' },
  ];
  expect(requestOf({ input })).toMatchObject({ tools: [{ name: 'f' }], messages: [{ role: 'user' }] });
});
