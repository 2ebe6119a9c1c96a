import { describe, expect, it } from 'vitest';
import { head, meta, parseChat, parseGenerate, problemOf } from './support/ollama.js';

const least = { model: 'm', prompt: 'Hi' };
const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]).toString('base64');

describe('a request of /api/generate', () => {
  it('is a chat of one turn', () => {
    const { request, stream, warnings, answerAtOnce } = parseGenerate(least);
    expect(request).toEqual({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] });
    expect({ stream, warnings, answerAtOnce }).toEqual({
      stream: true,
      warnings: [],
      answerAtOnce: undefined,
    });
  });

  it('has a system message, images and the parameters of a chat', () => {
    const fields = {
      system: 'Be short',
      images: [png],
      format: 'json',
      think: true,
      options: { top_k: 3, num_ctx: 9 },
    };
    expect(parseGenerate({ ...least, ...fields, stream: false })).toMatchObject({
      stream: false,
      request: {
        model: 'm',
        messages: [
          { role: 'system', content: 'Be short' },
          {
            role: 'user',
            content: [
              { type: 'image', data: png, mediaType: 'image/png' },
              { type: 'text', text: 'Hi' },
            ],
          },
        ],
        format: 'json',
        think: true,
        topK: 3,
        providerOptions: { ollama: { options: { num_ctx: 9 } } },
      },
    });
  });

  it.each([
    [
      { suffix: 'return x' },
      'unsupported suffix | suffix: this server does not support insert (filling a gap in a text)',
    ],
    [{ raw: true }, 'unsupported raw | raw: a prompt always goes through the template of its model'],
    [
      { context: [1, 2] },
      'unsupported context | context: a conversation cannot be continued from tokens; send its messages to /api/chat',
    ],
    [{ images: ['AAAA'] }, 'unsupported images[0] | images[0]: expected a PNG, JPEG, GIF or WebP image'],
    [{ images: 'AAAA' }, 'invalid-request images | images: expected array, received string'],
    [{ prompt: ['Hi'] }, 'invalid-request prompt | prompt: expected string, received array'],
  ])('%j is refused', (fields, problem) => {
    expect(problemOf(() => parseGenerate({ ...least, ...fields }))).toBe(problem);
  });

  it('takes their empty forms, which clients send along', () => {
    const nothing = { suffix: '', raw: false, template: '', context: [], system: '', images: [] };
    expect(parseGenerate({ ...least, ...nothing }).request).toEqual(parseGenerate(least).request);
  });

  it('says that a template of its own was left out', () => {
    expect(parseGenerate({ ...least, template: '{{ .Prompt }}' }).warnings).toEqual([
      {
        code: 'parameter-dropped',
        parameter: 'template',
        message: 'template was left out: a prompt always goes through the template of its model',
      },
    ]);
  });
});

describe('a request that asks nothing is answered at once and whole, even where streaming is the default', () => {
  const generated = { ...head, response: '', done: true };
  const chatted = { ...head, message: { role: 'assistant', content: '' }, done: true };

  it.each([
    ['without a prompt loads the model', { model: 'm' }, 'load'],
    ['with an empty prompt too', { model: 'm', prompt: '', stream: true }, 'load'],
    ['and for how long', { model: 'm', prompt: '', keep_alive: '30m' }, 'load'],
    ['and for ever', { model: 'm', prompt: '', keep_alive: -1 }, 'load'],
    ['and for ten seconds', { model: 'm', keep_alive: '10s' }, 'load'],
    ['with keep_alive 0 unloads it', { model: 'm', keep_alive: 0 }, 'unload'],
    ['written as a duration too', { model: 'm', keep_alive: '0s' }, 'unload'],
    ['or without a unit', { model: 'm', keep_alive: '0' }, 'unload'],
    ['or with several', { model: 'm', keep_alive: '0h0m' }, 'unload'],
    ['and more than 0 does not, however long', { model: 'm', keep_alive: `${'0'.repeat(100_000)}1` }, 'load'],
  ])('%s', (_name, json, reason) => {
    const exchange = parseGenerate(json);
    expect(exchange.answerAtOnce?.(meta)).toEqual({ ...generated, done_reason: reason });
    expect({ stream: exchange.stream, request: exchange.request }).toEqual({
      stream: false,
      request: { model: 'm', messages: [] },
    });
  });

  it.each([
    ['no messages', { model: 'm' }, 'load'],
    ['an empty list of them', { model: 'm', messages: [], stream: true }, 'load'],
    ['and keep_alive 0', { model: 'm', messages: [], keep_alive: 0 }, 'unload'],
  ])('a chat with %s', (_name, json, reason) => {
    const exchange = parseChat(json);
    expect(exchange.answerAtOnce?.(meta)).toEqual({ ...chatted, done_reason: reason });
    expect(exchange.stream).toBe(false);
  });

  it('but with a message or a prompt it asks, also where the model is to be unloaded afterwards', () => {
    expect(parseGenerate({ ...least, keep_alive: 0 })).toMatchObject({
      request: { providerOptions: { ollama: { keep_alive: 0 } } },
    });
    expect(parseGenerate({ ...least, keep_alive: 0 }).answerAtOnce).toBeUndefined();
    const messages = [{ role: 'user', content: '' }];
    expect(parseChat({ model: 'm', messages, keep_alive: 0 }).answerAtOnce).toBeUndefined();
  });

  it('has the name that was asked for in its answer', () => {
    const { request, answerAtOnce } = parseGenerate({ model: 'tier:latest' });
    expect(request.model).toBe('tier');
    expect(answerAtOnce?.(meta)).toMatchObject({ model: 'tier:latest' });
  });

  it('is refused like any other where it is wrong', () => {
    expect(problemOf(() => parseGenerate({ prompt: '' }))).toContain('invalid-request model');
    expect(problemOf(() => parseChat({ model: 'm', options: 5 }))).toContain('invalid-request options');
  });
});
