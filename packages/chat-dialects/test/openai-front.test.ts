import type { ChatEvent, EmbedResponse } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import type { AnswerMeta, FrontRoute, ListedModel, RouteInput } from '../src/index.js';
import { openaiFront } from '../src/openai/front.js';
import { readOpenaiStream } from './support/openai-client.js';

const meta: AnswerMeta = {
  requestId: 'r-1',
  provider: 'lab',
  createdAt: 1_700_000_000_000,
  latencyMs: 5,
  attempts: [],
  warnings: [],
};
const inputOf = (body?: unknown, params: RouteInput['params'] = {}): RouteInput => ({
  body,
  params,
  headers: {},
});
const route = <Kind extends FrontRoute['kind']>(kind: Kind, path: string) => {
  const found = openaiFront.routes.find((each) => each.kind === kind && each.path === path);
  if (!found) throw new Error(`no route ${path}`);
  return found as Extract<FrontRoute, { kind: Kind }>;
};

describe('the routes', () => {
  it('are there with /v1 and without, because users set either as the address', () => {
    const paths = openaiFront.routes.map(({ method, path }) => `${method} ${path}`);
    const own = ['POST /chat/completions', 'POST /embeddings', 'GET /models', 'GET /models/*id'];
    expect(paths).toEqual([...own.map((path) => path.replace(' /', ' /v1/')), ...own]);
  });

  it('leave the catalogue to the front of Anthropic, when its SDKs ask', () => {
    for (const path of ['/v1/models', '/v1/models/*id']) {
      const { accepts } = route('catalogue', path);
      expect(accepts?.({ authorization: 'Bearer x' })).toBe(true);
      expect(accepts?.({ 'anthropic-version': '2023-06-01' })).toBe(false);
    }
  });

  it('parse, answer and stream with what the request asked for', () => {
    const chat = route('chat', '/v1/chat/completions');
    const body = { model: 'm', messages: [{ role: 'user', content: 'Hi' }], stream: true };
    const encode = (more: object): string => {
      const encoder = chat.parse(inputOf({ ...body, ...more })).createEncoder(() => meta);
      const events: ChatEvent[] = [
        { type: 'response-start', model: 'm' },
        { type: 'response-end', finishReason: 'stop', usage: { input: 1, output: 1 } },
      ];
      return events.map((event) => encoder.push(event)).join('') + encoder.end();
    };
    expect(readOpenaiStream(encode({ stream_options: { include_usage: true } })).chunks).toHaveLength(3);
    expect(readOpenaiStream(encode({})).chunks).toHaveLength(2);
  });
});

describe('the catalogue', () => {
  const models: readonly ListedModel[] = [
    { id: 'fast' },
    {
      id: 'lab/vendor/model:free',
      provider: 'lab',
      info: { id: 'vendor/model:free', displayName: 'Model', contextWindow: 4096 },
    },
  ];
  const tier = { id: 'fast', object: 'model', created: 0, owned_by: 'tier' };
  const model = {
    id: 'lab/vendor/model:free',
    object: 'model',
    created: 0,
    owned_by: 'lab',
    name: 'Model',
    context_length: 4096,
  };

  it('lists every name that a request may have', () => {
    const catalogue = route('catalogue', '/v1/models');
    expect(catalogue.answer(models, inputOf())).toEqual({ object: 'list', data: [tier, model] });
    expect(catalogue.answer([], inputOf())).toEqual({ object: 'list', data: [] });
  });

  it('finds a name with slashes and colons', () => {
    const catalogue = route('catalogue', '/v1/models/*id');
    expect(catalogue.answer(models, inputOf(undefined, { id: 'lab/vendor/model:free' }))).toEqual(model);
    expect(catalogue.answer(models, inputOf(undefined, { id: 'fast' }))).toEqual(tier);
  });

  it.each(['vendor/model', 'other/fast', ''])('says model-not-found for %j, which is not there', (id) => {
    const catalogue = route('catalogue', '/v1/models/*id');
    expect(() => catalogue.answer(models, inputOf(undefined, { id }))).toThrow(
      expect.objectContaining({
        code: 'model-not-found',
        message: expect.stringContaining(`"${id}"`),
      }),
    );
  });
});

describe('embeddings', () => {
  const parse = (fields: object) =>
    route('embed', '/v1/embeddings').parse(inputOf({ model: 'm', input: 'a', ...fields }));
  const response: EmbedResponse = { model: 'sent', embeddings: [[0.5, -1]], usage: { input: 3 } };

  it('take a string or a list of strings', () => {
    expect(parse({}).request).toEqual({ model: 'm', input: ['a'] });
    expect(parse({ input: ['a', 'b'], dimensions: 8, provider_options: { p: {} } }).request).toEqual({
      model: 'm',
      input: ['a', 'b'],
      dimensions: 8,
      providerOptions: { p: {} },
    });
  });

  it('take token numbers, for one vector or for several', () => {
    expect(parse({ input: [1, 2] }).request).toEqual({ model: 'm', input: [], tokens: [[1, 2]] });
    expect(parse({ input: [[1, 2], [3]] }).request).toEqual({ model: 'm', input: [], tokens: [[1, 2], [3]] });
  });

  it.each<[string, object]>([
    ['input', { input: [] }],
    ['input', { input: null }],
    ['input', { input: ['a', 1] }],
    ['input', { input: [1, -1] }],
    ['input', { input: [[1], []] }],
    ['encoding_format', { encoding_format: 'int8' }],
    ['dimensions', { dimensions: 0 }],
    ['model', { model: '' }],
  ])('refuse a wrong %s: %j', (path, fields) => {
    expect(() => parse(fields)).toThrow(expect.objectContaining({ code: 'invalid-request', path }));
  });

  it('warn of the user', () => {
    expect(parse({ user: 'x' }).warnings).toMatchObject([{ code: 'parameter-dropped', parameter: 'user' }]);
  });

  it('answer with numbers', () => {
    for (const encoding_format of [undefined, null, 'float']) {
      expect(parse({ encoding_format }).formatResponse(response, meta)).toEqual({
        object: 'list',
        data: [{ object: 'embedding', index: 0, embedding: [0.5, -1] }],
        model: 'sent',
        usage: { prompt_tokens: 3, total_tokens: 3 },
      });
    }
  });

  it('answer with base64 of little-endian numbers of 32 bits, which the official SDKs ask for', () => {
    const answer = parse({ encoding_format: 'base64' }).formatResponse(response, meta) as {
      data: { embedding: string }[];
    };
    const bytes = Buffer.from(answer.data[0]?.embedding ?? '', 'base64');
    expect([bytes.length, bytes.readFloatLE(0), bytes.readFloatLE(4)]).toEqual([8, 0.5, -1]);
  });

  it('count 0 where the upstream did not, because clients read the number unasked', () => {
    const { usage: _, ...uncounted } = response;
    expect(parse({}).formatResponse(uncounted, meta)).toMatchObject({
      usage: { prompt_tokens: 0, total_tokens: 0 },
    });
  });

  it('list warnings of the reading and of the provider', () => {
    const warn = (parameter: string) => [{ code: 'parameter-dropped', parameter, message: 'x' }] as const;
    const answer = parse({}).formatResponse(
      { ...response, warnings: warn('dimensions') },
      { ...meta, warnings: warn('user') },
    );
    expect(answer).toMatchObject({ warnings: [{ parameter: 'user' }, { parameter: 'dimensions' }] });
  });
});
