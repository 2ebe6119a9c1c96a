import { type ChatEvent, type ChatRequest, chat, createCallContext } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { useModels } from './support/models.js';

const provider = useModels(['speaker', 'thinker', 'brooder', 'caller', 'talker', 'parallel']);

const ask = (model: string, more: Partial<ChatRequest> = {}): ChatRequest => ({
  model,
  messages: [{ role: 'user', content: 'Hi' }],
  ...more,
});

describe('an answer', () => {
  it('comes word by word, and is the same whole', async () => {
    const events: ChatEvent[] = [];
    for await (const event of provider.stream(ask('speaker'), createCallContext())) events.push(event);
    const deltas = ['Hello', ' from', ' a', ' tiny', ' model', '.'];
    expect(events).toEqual<ChatEvent[]>([
      { type: 'response-start', model: 'speaker' },
      ...deltas.map((delta) => ({ type: 'text-delta', delta }) as const),
      {
        type: 'response-end',
        finishReason: 'stop',
        rawFinishReason: 'eogToken',
        usage: { input: 10, output: 7 }, // begin, turn user \n Hi end \n, turn assistant \n; the end of the answer counts too
      },
    ]);
    expect(await chat(provider, ask('speaker'))).toEqual({
      model: 'speaker',
      content: deltas.join(''),
      finishReason: 'stop',
      rawFinishReason: 'eogToken',
      usage: { input: 10, output: 7 },
    });
  });

  it.each([
    ['maxTokens', { maxTokens: 3 }, 'Hello from a', 'length', 'maxTokens'],
    ['a stop sequence', { stop: [' tiny'] }, 'Hello from a', 'stop', 'customStopTrigger'],
    [
      'the end that the model says',
      { temperature: 1, seed: 3 },
      'Hello from a tiny model.',
      'stop',
      'eogToken',
    ],
  ] as const)('ends with %s', async (_what, more, content, finishReason, rawFinishReason) => {
    expect(await chat(provider, ask('speaker', more))).toMatchObject({
      content,
      finishReason,
      rawFinishReason,
    });
  });

  it('comes with the chunks of the library, when they are asked for', async () => {
    const chunks: unknown[] = [];
    for await (const event of provider.stream(ask('speaker'), { ...createCallContext(), rawChunks: true })) {
      if (event.type === 'raw-chunk') chunks.push(event.chunk);
    }
    expect(chunks[0]).toMatchObject({ text: 'Hello', tokens: [expect.any(Number)] });
  });

  it('does not know of the answer before it', async () => {
    const first = await chat(provider, ask('speaker'));
    expect(await chat(provider, ask('speaker'))).toEqual(first);
  });

  it('has its reasoning apart, unless it may not reason', async () => {
    const thoughtful = await chat(provider, ask('thinker'));
    expect(thoughtful).toMatchObject({ reasoning: 'Let me see', content: 'Yes!' });
    const quick = await chat(provider, ask('thinker', { think: false }));
    expect(quick).toMatchObject({ content: 'Yes!' });
    expect(quick.reasoning).toBeUndefined();
  });
});

describe('a template that begins every answer with reasoning', () => {
  it('has its reasoning apart', async () => {
    expect(await chat(provider, ask('brooder'))).toMatchObject({ reasoning: 'Let me see', content: 'Yes!' });
  });

  it.each([
    ['no reasoning', { think: false }, { content: 'Yes!' }],
    ['a format', { format: { enum: ['x'] } }, { content: '"x"' }],
    [
      'a call',
      { tools: [{ name: 'now' }], toolChoice: 'required' },
      { content: '', toolCalls: [{ name: 'now', arguments: {} }] },
    ],
  ] as const)('keeps it out when %s is asked for', async (_what, more, expected) => {
    const answer = await chat(provider, ask('brooder', more));
    expect(answer).toMatchObject(expected);
    expect(answer.reasoning).toBeUndefined();
  });
});

describe('calls', () => {
  const parameters = { type: 'object', properties: { city: { type: 'string', enum: ['Oslo'] } } };
  const tools = [{ name: 'weather', description: 'The weather', parameters }, { name: 'now' }];

  it.each(['caller', 'parallel'])('go back to the caller, with an id and JSON (%s)', async (model) => {
    const answer = await chat(provider, ask(model, { tools: [tools[0] ?? { name: '' }] }));
    expect(answer).toMatchObject({
      content: '',
      finishReason: 'tool_calls',
      toolCalls: [{ name: 'weather', arguments: { city: 'Oslo' } }],
    });
    expect(answer.toolCalls?.[0]?.id).toMatch(/^call_\w+$/);
  });

  it.each([
    ['required', 'weather', { city: 'Oslo' }],
    [{ name: 'now' }, 'now', {}],
  ] as const)(
    'are made when toolChoice is %j, also by a model that would rather talk',
    async (toolChoice, name, input) => {
      const offered = toolChoice === 'required' ? tools.slice(0, 1) : tools;
      expect(await chat(provider, ask('talker', { tools }))).toMatchObject({ content: 'No need.' });
      expect(await chat(provider, ask('talker', { tools: offered, toolChoice }))).toMatchObject({
        content: '',
        finishReason: 'tool_calls',
        toolCalls: [{ name, arguments: input }],
      });
    },
  );

  it('take their results back', async () => {
    const call = { id: 'call_1', name: 'weather', arguments: { city: 'Oslo' } };
    const answer = await chat(provider, {
      model: 'talker',
      tools,
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: '', toolCalls: [call] },
        { role: 'tool', toolCallId: 'call_1', content: '{"degrees":3}' },
      ],
    });
    expect(answer).toMatchObject({ content: 'No need.', finishReason: 'stop' });
  });
});

describe('a format', () => {
  it('is enforced by a grammar', async () => {
    const format = {
      type: 'object',
      properties: {
        a: { type: 'string' },
        n: { type: 'integer' },
        l: { type: 'array', items: { type: 'string' }, minItems: 2 },
      },
      required: ['a', 'n', 'l'],
    };
    const answer = await chat(provider, ask('speaker', { format }));
    const sentence = 'Hello from a tiny model.';
    expect(JSON.parse(answer.content)).toEqual({ a: sentence, n: 0, l: [sentence, sentence] });
    expect(answer.warnings).toBeUndefined();
  });

  it('may be any JSON', async () => {
    const { content } = await chat(provider, ask('speaker', { format: 'json' }));
    expect(JSON.parse(content)).toEqual({ 'Hello from a tiny model.': 'Hello from a tiny model.' });
  });

  it('keeps a model from reasoning', async () => {
    const answer = await chat(provider, ask('thinker', { format: { enum: ['x'] } }));
    expect(answer).toMatchObject({ content: '"x"' });
    expect(answer.reasoning).toBeUndefined();
  });

  it('is checked too: what the grammar cannot hold, and an answer that was cut', async () => {
    const format = { type: 'object', properties: { n: { type: 'integer', minimum: 5 } }, required: ['n'] };
    const answer = await chat(provider, ask('speaker', { format }));
    expect(answer.warnings).toEqual([
      expect.objectContaining({
        code: 'parameter-changed',
        message: expect.stringContaining('minimum at /properties/n'),
      }),
      expect.objectContaining({ code: 'answer-mismatch' }),
    ]);
    const cut = await chat(provider, ask('speaker', { format: 'json', maxTokens: 3 }));
    expect(cut).toMatchObject({ finishReason: 'length', warnings: [{ code: 'answer-mismatch' }] });
  });
});
