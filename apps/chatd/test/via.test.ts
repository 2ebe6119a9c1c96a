import { request } from 'undici';
import { describe, expect, it } from 'vitest';
import { serve } from './support/calls.js';
import { readEvents } from './support/service.js';

/** A provider that answers with the services that its call has passed through. */
const witness = `
const told = ({ via }) => JSON.stringify(via ?? null);
export default {
  specificationVersion: 'v1', name: 'witness',
  options: { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } },
  create: (_options, { id }) => ({
    specificationVersion: 'v1', id, capabilities: {},
    async *stream({ model }, context) {
      yield { type: 'response-start', model };
      yield { type: 'text-delta', delta: told(context) };
      yield { type: 'response-end', finishReason: 'stop' };
    },
    embed: async ({ model }, context) => ({ model, embeddings: [context.via.map((id) => id.length)] }),
    models: async (context) => [{ id: 'm', description: told(context) }],
    availability: async (context) => ({ available: true, detail: told(context) }),
  }),
};
`;

const start = () =>
  serve(
    '[chatd]\ndefault_provider = "w"\n[chatd.providers.w]\nuse = "./witness.mjs"\n',
    {},
    { 'witness.mjs': witness },
  );

type Service = Awaited<ReturnType<typeof start>>;

const messages = [{ role: 'user', content: 'hi' }];
const chat = { model: 'm', messages };

/** Every kind of route that asks a provider, in each protocol. */
const routes: Readonly<Record<string, object | undefined>> = {
  '/v1/chat': chat,
  '/v1/chat/completions': chat,
  '/v1/responses': { model: 'm', input: 'hi' },
  '/v1/messages': { ...chat, max_tokens: 9 },
  '/api/chat': { ...chat, stream: false },
  '/api/generate': { model: 'm', prompt: 'hi', stream: false },
  '/v1/embeddings': { model: 'm', input: 'hi' },
  '/api/embed': { model: 'm', input: 'hi' },
  '/v1/chat/models': undefined,
  '/v1/chat/providers': undefined,
  '/v1/models': undefined,
  '/api/tags': undefined,
};

const call = async (service: Service, route: string, via?: string, more: object = {}) => {
  const body = routes[route];
  const answer = await request(`${service.url}${route}`, {
    method: body ? 'POST' : 'GET',
    headers: { ...(via !== undefined && { 'x-chatd-via': via }), 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify({ ...body, ...more }) }),
  });
  return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
};

describe('a provider is told which services its call has passed through', () => {
  it('this one, for a caller that is no service', async () => {
    const service = await start();
    const answer = await call(service, '/v1/chat');
    expect(JSON.parse(answer.text)).toMatchObject({ content: JSON.stringify([service.instanceId]) });
  });

  it.each([
    ['/v1/chat', {}],
    ['/v1/chat', { stream: true }],
    ['/v1/chat/models', {}],
    ['/v1/chat/providers', {}],
  ])('those before it and itself, in their order: %s %j', async (route, more) => {
    const service = await start();
    const { status, text } = await call(service, route, 'first, second_2', more);
    expect(status).toBe(200);
    const parsed: unknown = 'stream' in more ? readEvents(text) : JSON.parse(text);
    expect(JSON.stringify(parsed)).toContain(
      JSON.stringify(JSON.stringify(['first', 'second_2', service.instanceId])).slice(1, -1),
    );
  });

  it('for vectors too', async () => {
    const service = await start();
    const { text } = await call(service, '/v1/embeddings', 'first');
    expect(JSON.parse(text)).toMatchObject({ data: [{ embedding: [5, service.instanceId.length] }] });
  });

  it('each service has an id of its own', async () => {
    const [one, other] = [await start(), await start()];
    expect(one.instanceId).not.toBe(other.instanceId);
  });
});

describe('a request in a loop', () => {
  it.each(Object.keys(routes))('is refused with 508: %s', async (route) => {
    const service = await start();
    const { status, text, headers } = await call(service, route, `other,${service.instanceId}`);
    expect(status).toBe(508);
    expect(headers['x-should-retry']).toBe('false');
    expect(text).toMatch(/passed through this chatd before.*loop.*\[chatd\.providers\]/);
  });

  it('is refused in the shape of each protocol', async () => {
    const service = await start();
    const bodyOf = async (route: string): Promise<unknown> =>
      JSON.parse((await call(service, route, service.instanceId)).text);
    expect(await bodyOf('/v1/chat')).toMatchObject({
      error: { code: 'unsupported', path: 'x-chatd-via', retryable: false },
    });
    expect(await bodyOf('/v1/chat/completions')).toMatchObject({
      error: { type: 'invalid_request_error', code: 'unsupported_value', param: 'x-chatd-via' },
    });
    expect(await bodyOf('/v1/messages')).toMatchObject({ type: 'error', error: { type: 'api_error' } });
    expect(await bodyOf('/api/chat')).toEqual({ error: expect.stringContaining('x-chatd-via') });
  });

  it('of more services than 8 is refused, and one of 8 is not', async () => {
    const service = await start();
    const ids = Array.from({ length: 9 }, (_, index) => `host-${index}`);
    expect((await call(service, '/v1/chat', ids.slice(0, 8).join(','))).status).toBe(200);
    const { status, text } = await call(service, '/v1/chat', ids.join(','));
    expect(status).toBe(508);
    expect(text).toContain('more than 8 services');
  });

  it('is told apart from a call in the log', async () => {
    const service = await start();
    await call(service, '/v1/chat', service.instanceId);
    expect(service.logs.at(-1)).toMatchObject({ outcome: 'unsupported', path: 'x-chatd-via', attempts: 0 });
  });
});

describe('a malformed header x-chatd-via', () => {
  it.each(['', ',', 'a,,b', 'a b', '<script>', 'x'.repeat(65), 'a;b'])('is 400: %j', async (via) => {
    const service = await start();
    const { status, text } = await call(service, '/v1/chat', via);
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({
      error: {
        code: 'invalid-request',
        path: 'x-chatd-via',
        message: expect.stringContaining('must hold ids'),
      },
    });
  });
});
