import { json, type Scenario, sse } from '@lakehouse/provider-testkit';
import { expect } from 'vitest';
import { bare, chunk, completion, done, stream, usage } from '../support/wire.js';

const hello = { content: 'Hello', finishReason: 'stop' } as const;
const counted = { ...hello, usage: { input: 9, output: 3 } };

/** How answers end, how they fail, and where their usage is. */
export const endScenarios: readonly Scenario[] = [
  {
    name: '[DONE] is missing',
    stream: sse([chunk({ content: 'Hello' }), chunk({}, 'stop')]),
    expect: hello,
  },
  {
    name: 'the finish reason comes twice, the second time with usage (OpenRouter, Together)',
    stream: stream(chunk({ content: 'Hello' }), chunk({}, 'stop'), chunk({ content: '' }, 'stop', { usage })),
    expect: counted,
  },
  {
    name: 'a second finish reason changes nothing, not even when it says error',
    stream: stream(chunk({ content: 'Hello' }), chunk({}, 'stop'), chunk({}, 'length'), chunk({}, 'error')),
    expect: hello,
  },
  {
    name: 'the connection breaks after the finish reason: only the usage is lost',
    stream: { steps: [...sse([chunk({ content: 'Hello' }, 'stop')]).steps, { cut: true }] },
    expect: hello,
  },
  {
    name: 'the key of the finish reason is absent until the end (xAI)',
    stream: stream(bare({ choices: [{ index: 0, delta: { content: 'Hello' } }] }), chunk({}, 'stop')),
    expect: hello,
  },
  {
    name: 'usage is in the chunk with the finish reason (DeepSeek, Groq, Mistral, Together)',
    stream: stream(chunk({ content: 'Hello' }), chunk({}, 'stop', { usage })),
    expect: counted,
  },
  {
    name: 'usage is inside the choice (Kimi)',
    stream: stream(
      bare({ choices: [{ index: 0, delta: { content: 'Hello' }, finish_reason: 'stop', usage }] }),
    ),
    expect: counted,
  },
  {
    name: 'usage grows from chunk to chunk; the last one counts (Perplexity, vLLM)',
    stream: stream(
      chunk({ content: 'Hel' }, null, { usage: { ...usage, completion_tokens: 1, total_tokens: 10 } }),
      chunk({ content: 'lo' }, 'stop', { usage }),
    ),
    expect: counted,
  },
  {
    name: 'usage without a count takes nothing from the one before',
    stream: stream(
      chunk({ content: 'Hello' }, 'stop', { usage }),
      bare({ choices: [], usage: {} }),
      bare({ choices: [], usage: { prompt_tokens: null } }),
    ),
    expect: counted,
  },
  {
    name: 'usage with nothing but a cost adds it to the counts before',
    stream: stream(
      chunk({ content: 'Hello' }, 'stop', { usage }),
      bare({ choices: [], usage: { cost: 0.5 } }),
    ),
    expect: { ...hello, usage: { input: 9, output: 3, costUsd: 0.5 } },
  },
  {
    name: 'usage is under x_groq (Groq)',
    stream: stream(chunk({ content: 'Hello' }, 'stop', { x_groq: { id: 'r', usage } })),
    expect: counted,
  },
  ...(
    [
      ['end_turn', 'stop'],
      ['eos_token', 'stop'],
      ['model_length', 'length'],
      ['MAX_TOKENS', 'length'],
      ['repetition', 'other'],
      ['something_new', 'stop'],
      ['constructor', 'stop'],
      ['__proto__', 'stop'],
    ] as const
  ).map(
    ([raw, finishReason]): Scenario => ({
      name: `finish reason ${raw} is ${finishReason}, and the server's word is kept`,
      stream: stream(chunk({ content: 'Hello' }, raw)),
      whole: completion({ content: 'Hello' }, raw),
      expect: { content: 'Hello', finishReason, rawFinishReason: raw },
    }),
  ),
  {
    name: 'without a finish reason a stream is cut, [DONE] or not',
    stream: stream(chunk({ content: 'Hello' })),
    error: { code: 'bad-response' },
  },
  {
    name: 'without a finish reason a whole answer is no success either',
    whole: completion({ content: 'Hello' }, null),
    error: { code: 'bad-response' },
  },
  {
    name: 'an empty finish reason is none',
    stream: stream(chunk({ content: 'Hello' }, '')),
    error: { code: 'bad-response' },
  },
  {
    name: 'finish reason error is a failure',
    stream: stream(chunk({ content: 'Hel' }), chunk({}, 'error')),
    whole: completion({ content: 'Hel' }, 'error'),
    error: { code: 'upstream-failure', retryable: true },
  },
  {
    name: 'a failure is one in capitals too, and what the upstream said is its excerpt',
    stream: stream(chunk({ content: 'Hel' }), chunk({}, 'ERROR')),
    error: { code: 'upstream-failure', bodyExcerpt: 'ERROR' },
  },
  {
    name: 'finish reason abort is a cut (vLLM)',
    whole: completion({ content: 'Hel' }, 'abort'),
    error: { code: 'bad-response' },
  },
  {
    name: 'insufficient_system_resource before any output is overload (DeepSeek)',
    stream: stream(chunk({ content: '' }), chunk({}, 'insufficient_system_resource')),
    error: { code: 'overloaded', retryable: true },
  },
  {
    name: 'insufficient_system_resource after output is a cut (DeepSeek)',
    stream: stream(chunk({ content: 'Hel' }), chunk({}, 'insufficient_system_resource')),
    error: { code: 'bad-response' },
  },
  {
    name: 'an error frame ends the stream (vLLM)',
    stream: stream(chunk({ content: 'Hel' }), {
      error: { message: 'engine died', type: 'InternalServerError', code: 500 },
    }),
    error: { code: 'upstream-failure', provider: 'plain', model: 'm', message: 'plain: engine died' },
  },
  {
    name: 'an event named error ends the stream (Groq, LM Studio)',
    stream: sse([
      chunk({ content: 'Hel' }),
      'event: error\ndata: {"error":{"message":"The model crashed"},"message":"The model crashed"}\n\n',
    ]),
    error: { code: 'upstream-failure', message: 'plain: The model crashed' },
  },
  {
    name: 'an event named error is one, whatever its data',
    stream: sse([chunk({ content: 'Hel' }), 'event: error\ndata: out of memory\n\n']),
    error: { code: 'upstream-failure', message: 'plain: out of memory' },
  },
  {
    name: 'an error under x_groq ends the stream (Groq)',
    stream: stream(chunk({ content: 'Hel' }), chunk({}, null, { x_groq: { error: 'engine is overloaded' } })),
    error: { code: 'overloaded', message: 'plain: engine is overloaded' },
  },
  {
    name: 'a field named error ends the stream (older llama-server)',
    stream: sse([
      'error: {"code":400,"message":"the request exceeds the available context size","type":"exceed_context_size_error"}\n\n',
    ]),
    error: { code: 'context-too-long' },
  },
  {
    name: 'an error inside the choice ends the stream (OpenRouter)',
    stream: stream(
      bare({ choices: [{ index: 0, delta: {}, error: { code: 502, message: 'Bad gateway' } }] }),
    ),
    error: { code: 'upstream-failure', upstreamStatus: 502 },
  },
  {
    name: 'a stream request is answered with a JSON error and status 200 (OpenRouter, xAI)',
    stream: json({ error: { code: 429, message: 'Rate limit exceeded' } }),
    whole: json({ error: { code: 429, message: 'Rate limit exceeded' } }),
    error: { code: 'rate-limited', upstreamStatus: 429 },
  },
  {
    name: 'an error after the finish reason takes nothing from the answer (OpenRouter)',
    stream: stream(
      chunk({ content: 'Hello' }, 'length'),
      chunk({}, null, { error: { code: 400, message: 'Token limit reached' }, usage }),
    ),
    expect: {
      content: 'Hello',
      finishReason: 'length',
      usage: { input: 9, output: 3 },
      warnings: [{ code: 'other', message: expect.stringContaining('Token limit reached') as string }],
    },
  },
  {
    name: 'content after [DONE] is none of the answer, and a second end changes nothing',
    stream: sse([
      chunk({ content: 'Hello' }, 'stop'),
      done,
      chunk({ content: ' again' }),
      chunk({}, 'length'),
      done,
    ]),
    expect: {
      content: 'Hello',
      finishReason: 'stop',
      warnings: [
        { code: 'other', message: expect.stringContaining('after the end of its answer') as string },
      ],
    },
  },
  {
    name: 'a frame that is not JSON is a bad response',
    stream: stream(chunk({ content: 'Hel' }), 'data: {"choices":\n\n'),
    error: { code: 'bad-response', provider: 'plain' },
  },
  {
    name: 'JSON without choices is a bad response',
    whole: json({ id: 'c-1', object: 'chat.completion' }),
    error: { code: 'bad-response' },
  },
  {
    name: 'nothing but [DONE] is a bad response',
    stream: sse([done]),
    error: { code: 'bad-response' },
  },
];
