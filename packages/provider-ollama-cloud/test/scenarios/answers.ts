import { json, ndjson, type Scenario } from '@lakehouse/provider-testkit';
import { expect } from 'vitest';
import { answers, chatAnswers, chatLast, chatLine, last, line } from '../support/lines.js';

const anyText = expect.any(String) as unknown as string;
const talk = {
  messages: [
    { role: 'user', content: 'Hello' },
    { role: 'assistant', content: 'Hi' },
    { role: 'user', content: 'And now?' },
  ],
} as const;
const schema = { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] } as const;
const mismatch = { code: 'answer-mismatch', parameter: 'format', message: anyText } as const;

const formats: readonly Scenario[] = [
  {
    name: 'a format is not enforced, so the prompt says it and the body too',
    request: {
      format: schema,
      messages: [
        { role: 'system', content: 'Be kind' },
        { role: 'user', content: 'Hi' },
      ],
    },
    ...answers('{"a"', ':1}'),
    expect: { content: '{"a":1}' },
    sent: (body) => {
      const system: unknown = expect.stringMatching(
        /^Be kind\n\nAnswer with one JSON value.*"required":\["a"\]/s,
      );
      expect(body).toMatchObject({ prompt: 'Hi', format: schema, system });
    },
  },
  {
    name: 'on /api/chat the format is one more system message behind the caller’s own',
    request: {
      format: 'json',
      tools: [{ name: 'now' }],
      messages: [
        { role: 'system', content: 'Be kind' },
        { role: 'user', content: 'Hi' },
      ],
    },
    ...chatAnswers('{"a"', ':1}'),
    expect: { content: '{"a":1}' },
    sent: (body) =>
      expect(body).toMatchObject({
        format: 'json',
        messages: [
          { content: 'Be kind' },
          { role: 'system', content: expect.stringContaining('JSON') as unknown },
          { content: 'Hi' },
        ],
      }),
  },
  {
    name: 'the code fence around a JSON answer is taken off',
    request: { format: schema },
    ...answers('```js', 'on\n{"a"', ':1}\n`', '``'),
    expect: { content: '{"a":1}' },
  },
  {
    name: 'label and code fence are both taken off',
    request: { ...talk, format: schema },
    ...answers('Assist', 'ant: ```json\n', '{"a":1}', '\n```'),
    expect: { content: '{"a":1}' },
  },
  {
    name: 'an answer that does not satisfy the schema carries a warning',
    request: { format: schema },
    ...answers('{"a"', ':"one"}'),
    expect: { content: '{"a":"one"}', warnings: [mismatch] },
  },
  {
    name: 'an answer that does not satisfy the schema fails a strict request',
    request: { format: schema, strict: true },
    ...answers('{"a"', ':"one"}'),
    error: { code: 'bad-response', path: 'format' },
  },
  {
    name: 'tool calls are no broken JSON answer',
    request: { format: schema, strict: true, tools: [{ name: 'now' }] },
    whole: json(chatLast('', { tool_calls: [{ function: { name: 'now', arguments: {} } }] })),
    stream: ndjson([
      chatLine('', { tool_calls: [{ function: { name: 'now', arguments: {} } }] }),
      chatLast(),
    ]),
    expect: { finishReason: 'tool_calls' },
  },
];

const labels: readonly Scenario[] = [
  {
    name: 'a model that continues a transcript may write the label; one is taken off',
    request: talk,
    ...answers(' Assi', 'stant', ': ', ' Assistant: is my name'),
    expect: { content: 'Assistant: is my name' },
  },
  {
    name: 'an answer to a verbatim prompt may begin with "Assistant:" and keeps it',
    ...answers('Assistant:', ' a helper'),
    expect: { content: 'Assistant: a helper' },
  },
  {
    name: 'an answer that only begins like the label is whole',
    request: talk,
    ...answers('Assist', 'ance is near'),
    expect: { content: 'Assistance is near' },
  },
  {
    name: 'the answer ends while it still looks like the label',
    request: talk,
    ...answers('Assistant'),
    expect: { content: 'Assistant' },
  },
];

export const answerScenarios: readonly Scenario[] = [
  ...formats,
  ...labels,
  {
    name: 'text is in `response`, reasoning in `thinking`, and `context` is dropped',
    request: { think: true },
    whole: json({ ...last('4'), thinking: 'two and two' }),
    stream: ndjson([line('', { thinking: 'two ' }), line('', { thinking: 'and two' }), line('4'), last()]),
    expect: {
      content: '4',
      reasoning: 'two and two',
      finishReason: 'stop',
      usage: { input: 21, output: 6 },
      providerDetails: { 'ollama-cloud': { totalMs: 1204 } },
    },
    sent: (body) => expect(body).toMatchObject({ think: true }),
  },
  {
    name: 'the cloud may leave the durations out',
    whole: json(last('Hi', { total_duration: undefined })),
    stream: ndjson([line('Hi'), last('', { total_duration: undefined })]),
    expect: { content: 'Hi', usage: { input: 21, output: 6 } },
  },
  {
    name: 'a model may write tool calls of its own accord; they are left out with a warning',
    whole: json(last('Hi', { tool_calls: [{ function: { name: 'now', arguments: {} } }] })),
    stream: ndjson([line('Hi', { tool_calls: [{ name: 'now' }] }), last()]),
    expect: { content: 'Hi', finishReason: 'stop', warnings: [{ code: 'other', message: anyText }] },
  },
  {
    name: 'thinking that uses up the limit leaves an empty answer with "length"',
    request: { maxTokens: 10, think: 'high' },
    whole: json(last('', { thinking: 'hm', done_reason: 'length' })),
    stream: ndjson([line('', { thinking: 'hm' }), last('', { done_reason: 'length' })]),
    expect: { content: '', reasoning: 'hm', finishReason: 'length' },
  },
  {
    name: 'tool calls over /api/chat',
    request: { tools: [{ name: 'now' }] },
    whole: json(
      chatLast('', { tool_calls: [{ id: 'call_x', function: { name: 'now', arguments: { zone: 'CET' } } }] }),
    ),
    stream: ndjson([
      chatLine('', { tool_calls: [{ id: 'call_x', function: { name: 'now', arguments: { zone: 'CET' } } }] }),
      chatLast(),
    ]),
    expect: {
      finishReason: 'tool_calls',
      toolCalls: [{ id: 'call_x', name: 'now', arguments: { zone: 'CET' } }],
    },
  },
  {
    name: 'an answer that the limit cut is "length", also behind a tool call',
    request: { tools: [{ name: 'now' }] },
    whole: json({
      ...chatLast('See', { tool_calls: [{ id: 'call_x', function: { name: 'now', arguments: {} } }] }),
      done_reason: 'length',
    }),
    stream: ndjson([
      chatLine('See', { tool_calls: [{ id: 'call_x', function: { name: 'now', arguments: {} } }] }),
      { ...chatLast(), done_reason: 'length' },
    ]),
    expect: { finishReason: 'length', toolCalls: [{ id: 'call_x', name: 'now', arguments: {} }] },
  },
];
