import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FaultWall, faults, startFaultWall } from '../src/fault-wall/index.js';
import { forms, readAnswer, terminalsOf } from './support/protocols.js';

let wall: FaultWall;
beforeAll(async () => {
  wall = await startFaultWall();
});
afterAll(() => wall.close());

const post = (path: string, body: unknown): Promise<Response> =>
  fetch(`${wall.url}${path}`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

describe.each(forms)('$name', (form) => {
  const { path, stream } = form;

  it('a healthy answer is well-formed, and tells its request and its usage', async () => {
    const model = `healthy@${form.name}`;
    await post(path, { model, stream });
    const response = await post(path, { model, stream, stream_options: { include_usage: true } });
    const found = readAnswer(form, await response.text());
    expect(found.texts.join('')).toBe(`Answer 2 of ${model}: the wall 🧱 grüßt and ends.`);
    expect(found.texts).toHaveLength(stream ? 4 : 1);
    expect(found.terminals).toBe(terminalsOf(form));
    expect(found.usage).toEqual([12, 5]);
  });

  it('an unknown name is a 404 in the words of the protocol, and tells where the names are', async () => {
    const response = await post(path, { model: 'gpt-9', stream });
    expect(response.status).toBe(404);
    const { error } = (await response.json()) as { error: string | { message: string; code: string } };
    const message = typeof error === 'string' ? error : error.message;
    expect(message).toBe("The model 'gpt-9' is not a fault of this wall; GET /wall/faults lists them");
    if (typeof error !== 'string') expect(error.code).toBe('model_not_found');
  });

  it('a body without a model is a 400 that says what is wanted', async () => {
    for (const body of ['{', 'null', '[]', '{"model":1}']) {
      const response = await post(path, body);
      expect(response.status).toBe(400);
      expect(await response.text()).toContain('must be a JSON object whose `model` is a fault');
    }
  });
});

it('a request that does not say so gets a stream from Ollama and a whole answer from OpenAI', async () => {
  const types = await Promise.all(
    ['/api/chat', '/api/generate', '/v1/chat/completions'].map(async (path) =>
      (await post(path, { model: 'healthy' })).headers.get('content-type'),
    ),
  );
  expect(types).toEqual(['application/x-ndjson', 'application/x-ndjson', 'application/json']);
});

it('usage ends an OpenAI stream only when it was asked for', async () => {
  const response = await post('/v1/chat/completions', { model: 'healthy', stream: true });
  expect(await response.text()).not.toContain('usage');
});

describe('the lists', () => {
  const names = faults.map(({ name }) => name);
  const get = async (path: string): Promise<unknown> => (await fetch(wall.url + path)).json();

  it('have the faults as models, as each protocol lists them', async () => {
    const { data } = (await get('/v1/models')) as { data: { id: string }[] };
    expect(data.map(({ id }) => id)).toEqual(names);
    const { models } = (await get('/api/tags')) as { models: { model: string }[] };
    expect(models.map(({ model }) => model)).toEqual(names);
    expect(await get('/api/version')).toEqual({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string,
    });
  });

  it('have what each fault does and means, and no more', async () => {
    expect(await get('/wall/faults')).toEqual(faults);
    expect(faults.find(({ name }) => name === 'once-429')).toEqual({
      name: 'once-429',
      about: '429 with `retry-after-ms: 50` for the first request of this model name, then healthy.',
      means: { stream: 'rate-limited', whole: 'rate-limited' },
      answers: 'after-one-request',
      retryAfterMs: 50,
    });
  });
});

it('rejects when the port is taken', async () => {
  const port = Number(new URL(wall.url).port);
  await expect(startFaultWall({ port })).rejects.toThrow('EADDRINUSE');
});

it('leaves nothing open when it is closed, whatever is being answered', async () => {
  const closing = await startFaultWall();
  const left = expect(
    fetch(`${closing.url}/api/chat`, { method: 'POST', body: '{"model":"never-answers"}' }),
  ).rejects.toThrow();
  while (closing.openRequests() === 0) await sleep(5);
  await closing.close();
  expect([closing.openSockets(), closing.openRequests()]).toEqual([0, 0]);
  await left;
});
