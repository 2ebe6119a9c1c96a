import { describe, expect, it } from 'vitest';
import { type ChatEvent, Collector, collect, isChatError } from '../src/index.js';
import { end, start, streamOf, text } from './support/events.js';

const failureOf = async (...events: readonly ChatEvent[]): Promise<string> => {
  try {
    await collect(streamOf(...events));
  } catch (error) {
    if (isChatError(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'no failure';
};

const call = (index: number, rest: object = { id: `c${index}`, name: 'f' }): ChatEvent => ({
  type: 'tool-call-delta',
  index,
  ...rest,
});

describe('the event rules', () => {
  it.each<[string, readonly ChatEvent[], string]>([
    ['content before response-start', [text('a'), start, end], 'text-delta before response-start'],
    ['an end without a start', [end], 'response-end before response-start'],
    ['two starts', [start, start, end], 'a second response-start'],
    ['two ends', [start, end, end], 'response-end after response-end'],
    ['content after the end', [start, end, text('a')], 'text-delta after response-end'],
    ['a tool call that begins at 1', [start, call(1), end], 'tool call 1 out of order'],
    ['a negative index', [start, call(-1), end], 'tool call -1 out of order'],
    ['a tool call without a name', [start, call(0, { id: 'c' }), end], 'begins without id and name'],
    ['a tool call without an id', [start, call(0, { name: 'f' }), end], 'begins without id and name'],
  ])('refuses %s as a defect of the provider', async (_, events, rule) => {
    const failure = await failureOf(...events);
    expect(failure).toMatch(/^internal: The provider broke the event rules: /);
    expect(failure).toContain(rule);
  });

  it.each<[string, readonly ChatEvent[]]>([
    ['nothing at all', []],
    ['only a start', [start]],
    ['text without an end', [start, text('half')]],
  ])('takes a stream that ends after %s for cut, never for an answer', async (_, events) => {
    expect(await failureOf(...events)).toBe('bad-response: The answer was cut before its end');
  });

  it('ignores raw chunks and event types of a later version', async () => {
    const later = { type: 'citation-delta', source: 'x' } as unknown as ChatEvent;
    const answer = await collect(streamOf(start, { type: 'raw-chunk', chunk: 1 }, later, text('a'), end));
    expect(answer).toEqual({ model: 'm', content: 'a', finishReason: 'stop' });
  });
});

describe('the answer', () => {
  it('leaves out every member that is empty or unknown', async () => {
    const quiet: ChatEvent = { type: 'reasoning-delta', delta: '' };
    expect(await collect(streamOf(start, quiet, { ...end, warnings: [] } as ChatEvent))).toEqual({
      model: 'm',
      content: '',
      finishReason: 'stop',
    });
  });

  it('passes every fact of start and end on', async () => {
    const facts = {
      rawFinishReason: 'eos',
      usage: { input: 1, output: 2 },
      providerMetadata: { p: { state: 'x' } },
    };
    const answer = await collect(
      streamOf({ ...start, responseId: 'r' } as ChatEvent, { ...end, ...facts } as ChatEvent),
    );
    expect(answer).toEqual({ responseId: 'r', model: 'm', content: '', finishReason: 'stop', ...facts });
  });

  it('keeps reasoning as text and in its signed segments', async () => {
    const answer = await collect(
      streamOf(
        start,
        { type: 'reasoning-delta', delta: 'a' },
        { type: 'reasoning-delta', delta: 'b', signature: 's1' },
        { type: 'reasoning-delta', delta: '', signature: 's2' },
        { type: 'reasoning-delta', delta: 'c' },
        end,
      ),
    );
    expect(answer.reasoning).toBe('abc');
    expect(answer.reasoningSegments).toEqual([
      { text: 'ab', signature: 's1' },
      { text: '', signature: 's2' },
      { text: 'c' },
    ]);
  });

  it('makes no segments where nothing was signed', async () => {
    const answer = await collect(streamOf(start, { type: 'reasoning-delta', delta: 'a' }, end));
    expect(answer).not.toHaveProperty('reasoningSegments');
  });

  it('keeps interleaved tool calls apart, with what their provider wants back', async () => {
    const answer = await collect(
      streamOf(
        start,
        call(0),
        call(1, { id: 'c1', name: 'g', argumentsDelta: '{"b"' }),
        call(0, { argumentsDelta: '{"a":1}', providerMetadata: { p: { s: 1 } } }),
        call(1, { argumentsDelta: ':2}' }),
        end,
      ),
    );
    expect(answer.toolCalls).toEqual([
      { id: 'c0', name: 'f', arguments: { a: 1 }, providerMetadata: { p: { s: 1 } } },
      { id: 'c1', name: 'g', arguments: { b: 2 } },
    ]);
  });

  it('passes arguments that are not a JSON object on as text, with a warning', async () => {
    const answer = await collect(
      streamOf(start, call(0, { id: 'c', name: 'f', argumentsDelta: '{"a":' }), end),
    );
    expect(answer.toolCalls?.[0]?.arguments).toBe('{"a":');
    expect(answer.warnings).toMatchObject([
      { code: 'answer-mismatch', message: expect.stringContaining('"f"') },
    ]);
  });

  it('lists warnings of the start, then of the end', async () => {
    const warn = (message: string) => [{ code: 'other', message }] as const;
    const answer = await collect(
      streamOf(
        { type: 'response-start', model: 'm', warnings: warn('first') },
        { type: 'response-end', finishReason: 'stop', warnings: warn('last') },
      ),
    );
    expect(answer.warnings?.map(({ message }) => message)).toEqual(['first', 'last']);
  });

  it('can be read twice from one collector', () => {
    const collector = new Collector();
    expect(collector.complete).toBe(false);
    for (const event of [start, { type: 'reasoning-delta', delta: 'a', signature: 's' } as const, end]) {
      collector.push(event);
    }
    expect(collector.complete).toBe(true);
    expect(collector.finish()).toEqual(collector.finish());
  });
});

describe('what is held', () => {
  const reasoning: ChatEvent = { type: 'reasoning-delta', delta: 'abc' };
  const argumentsOf = (argumentsDelta: string): ChatEvent => call(0, { id: 'c', name: 'f', argumentsDelta });
  const push = (collector: Collector, ...events: ChatEvent[]): void => {
    for (const event of events) collector.push(event);
  };

  it.each<[string, ChatEvent]>([
    ['text', text('abc')],
    ['reasoning', reasoning],
    ['arguments', argumentsOf('abc')],
  ])('is bounded: too much %s is a bad response that is not asked for again', (_, event) => {
    push(new Collector({ maxCharacters: 3 }), start, event, end);
    const passedOn = { keepsText: false, keepsReasoning: false };
    expect(() => push(new Collector({ ...passedOn, maxCharacters: 2 }), start, event)).toThrow(
      expect.objectContaining({
        code: 'bad-response',
        retryable: false,
        message: 'The answer is longer than 2 characters',
      }),
    );
  });

  it('is neither text nor reasoning for who passes them on; the rules and all else stay', () => {
    const collector = new Collector({ keepsText: false, keepsReasoning: false });
    push(collector, start, text('abcdef'), reasoning, argumentsOf('{}'), end);
    expect(collector.finish()).toMatchObject({
      content: '',
      finishReason: 'stop',
      toolCalls: [{ arguments: {} }],
    });
    expect(() => collector.push(text('late'))).toThrow('after response-end');
  });
});
