import { type Scenario, sse, text } from '@lakehouse/provider-testkit';
import { expect } from 'vitest';
import { bare, basic, chunk, completion, done, stream, usage } from '../support/wire.js';

const hello = { content: 'Hello', finishReason: 'stop' } as const;
const mistralParts = [
  { type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }], closed: true },
  { type: 'text', text: 'Hello' },
];

/** Where servers put text and reasoning, and how they frame it. */
export const textScenarios: readonly Scenario[] = [
  {
    name: 'comments come before, between and after the frames (OpenRouter, DeepSeek, llama-server)',
    stream: stream(
      ': PROCESSING\n\n',
      chunk({ content: 'Hel' }),
      ': keep-alive\n\n',
      chunk({ content: 'lo' }, 'stop'),
    ),
    expect: hello,
  },
  {
    name: 'the first chunk has no choices, no id and no model (Azure)',
    stream: stream(
      { choices: [], id: '', model: '', created: 0, prompt_filter_results: [{ prompt_index: 0 }] },
      chunk({ content: 'Hello' }),
      chunk({}, 'stop'),
    ),
    expect: { ...hello, responseId: 'c-1', model: 'm' },
  },
  {
    name: 'choices are missing or null on heartbeats',
    stream: stream(bare({}), chunk({ content: 'Hello' }), bare({ choices: null }), chunk({}, 'stop')),
    expect: hello,
  },
  {
    name: 'the role is repeated in every chunk or never sent',
    stream: stream(
      chunk({ role: 'assistant', content: 'Hel' }),
      chunk({ role: 'assistant', content: 'lo' }, 'stop'),
    ),
    expect: hello,
  },
  {
    name: 'a chunk has no object and an unsafe integer (Together)',
    stream: stream(
      'data: {"id":"c-1","choices":[{"index":0,"seed":13898223410000000000,"delta":{"content":"Hello","token_id":5}}]}\n\n',
      chunk({}, 'eos'),
    ),
    expect: { ...hello, rawFinishReason: 'eos' },
  },
  {
    name: 'every chunk repeats the whole message so far in place of a delta (Perplexity)',
    stream: stream(
      bare({ choices: [{ index: 0, message: { content: 'Hel' }, finish_reason: null }], usage }),
      bare({ choices: [{ index: 0, message: { content: 'Hello' }, finish_reason: null }], usage }),
      bare({ choices: [{ index: 0, message: { content: 'Hello' }, finish_reason: 'stop' }], usage }),
    ),
    whole: completion({ content: 'Hello' }, 'stop', { usage }),
    expect: hello,
  },
  {
    name: 'a message so far that takes back what was sent is a bad response, not text twice',
    stream: stream(
      bare({ choices: [{ index: 0, message: { content: 'Hello wrld' }, finish_reason: null }] }),
      bare({ choices: [{ index: 0, message: { content: 'Hello world' }, finish_reason: 'stop' }] }),
    ),
    error: { code: 'bad-response' },
  },
  {
    name: 'a message that is empty at the end takes nothing back',
    stream: stream(
      bare({ choices: [{ index: 0, message: { content: 'Hello' }, finish_reason: null }] }),
      bare({ choices: [{ index: 0, message: { content: '' }, finish_reason: 'stop' }] }),
    ),
    expect: hello,
  },
  {
    name: 'content is a list of parts, thinking among them (Mistral)',
    stream: stream(
      chunk({ content: [mistralParts[0]] }),
      chunk({ content: [mistralParts[1]] }),
      chunk({ content: '' }, 'stop'),
    ),
    whole: completion({ content: mistralParts }),
    expect: { ...hello, reasoning: 'Hm' },
  },
  {
    name: 'a part that has no place in an answer is reported, not lost in silence',
    whole: completion({
      content: [
        { type: 'reference', reference_ids: [1] },
        { type: 'text', text: 'Hello' },
      ],
    }),
    expect: {
      ...hello,
      warnings: [{ code: 'other', message: expect.stringContaining('reference') as string }],
    },
  },
  ...['reasoning_content', 'reasoning'].map(
    (field): Scenario => ({
      name: `reasoning comes in ${field}, beside content: null`,
      stream: stream(
        chunk({ [field]: 'H', content: null }),
        chunk({ [field]: 'm', content: null }),
        chunk({ content: 'Hello' }, 'stop'),
      ),
      whole: completion({ [field]: 'Hm', content: 'Hello' }),
      expect: { ...hello, reasoning: 'Hm' },
    }),
  ),
  {
    name: 'reasoning that is there twice, under both names, is given once',
    whole: completion({ reasoning: 'Hm', reasoning_content: 'Hm', content: 'Hello' }),
    expect: { ...hello, reasoning: 'Hm' },
  },
  {
    name: 'tags of thinking in the text stay text',
    whole: completion({ content: '<think>Hm</think>Hello' }),
    expect: { content: '<think>Hm</think>Hello' },
  },
  {
    name: 'a refusal is text, and the finish reason says that it is one',
    stream: stream(chunk({ refusal: 'I ' }), chunk({ refusal: 'cannot' }), chunk({}, 'stop')),
    whole: completion({ content: null, refusal: 'I cannot' }),
    expect: { content: 'I cannot', finishReason: 'content_filter', rawFinishReason: 'stop' },
  },
  {
    name: 'an answer may be empty with finish reason length: all went into reasoning',
    stream: stream(chunk({ reasoning: 'Hm' }), chunk({}, 'length')),
    whole: completion({ content: '', reasoning: 'Hm' }, 'length'),
    expect: { content: '', reasoning: 'Hm', finishReason: 'length' },
  },
  {
    name: 'only the first choice counts',
    stream: stream(
      bare({ choices: [{ index: 1, delta: { content: 'Bye' }, finish_reason: null }] }),
      chunk({ content: 'Hello' }, 'stop'),
    ),
    expect: hello,
  },
  {
    name: 'the stream has no content type (proxies)',
    stream: { steps: stream(chunk({ content: 'Hello' }, 'stop')).steps },
    expect: hello,
  },
  {
    name: 'the content type has parameters and capitals',
    stream: sse([chunk({ content: 'Hello' }, 'stop')], {
      headers: { 'content-type': 'Text/Event-Stream;charset=UTF-8' },
    }),
    expect: hello,
  },
  { name: 'a stream request is answered with a whole completion', stream: basic.whole, whole: basic.whole },
  { name: 'a whole request is answered with a stream', whole: basic.stream, stream: basic.stream },
  {
    name: 'blank lines come before the JSON body (DeepSeek)',
    whole: text(
      `\n\n \n${JSON.stringify({ choices: [{ message: { content: 'Hello' }, finish_reason: 'stop' }] })}`,
    ),
    expect: hello,
  },
  {
    name: 'a byte order mark comes first',
    stream: sse(['\uFEFF', chunk({ content: 'Hello' }, 'stop')]),
    whole: text(
      `\uFEFF${JSON.stringify({ id: 'c-1', choices: [{ message: { content: 'Hello' }, finish_reason: 'stop' }] })}`,
    ),
    expect: hello,
  },
  {
    name: 'the last frame has no blank line',
    stream: sse([
      chunk({ content: 'Hello' }, 'stop'),
      `data: ${JSON.stringify(bare({ choices: [], usage }))}`,
    ]),
    expect: { ...hello, usage: { input: 9, output: 3 } },
  },
  {
    name: 'logprobs, obfuscation and timings are passed over',
    stream: stream(
      bare({
        choices: [
          { index: 0, delta: { content: 'Hello' }, logprobs: { content: [] }, finish_reason: 'stop' },
        ],
        obfuscation: 'x',
        timings: {},
      }),
      done,
    ),
    expect: hello,
  },
  {
    name: 'images in an answer are reported, not lost in silence',
    whole: completion({ content: 'Hello', images: [{ type: 'image_url' }] }),
    expect: { ...hello, warnings: [{ code: 'other', message: expect.stringContaining('images') as string }] },
  },
];
