import { type ChatResponse, Ollama } from 'ollama';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type ClientLab,
  closedAfter,
  kinds,
  ownAttempts,
  readAll,
  startClientLab,
  wallClosedAfter,
} from './support.js';

let lab: ClientLab;
let client: Ollama;
beforeAll(async () => {
  lab = await startClientLab();
  client = new Ollama({ host: lab.url });
});
beforeEach(() => {
  lab.wall.clear();
  for (const kind of kinds) lab.upstreamOf(kind).clear();
});
afterAll(() => lab.close());

const messages = [{ role: 'user', content: 'Hello' }];

const ways = {
  chat: (model: string): Promise<unknown> => client.chat({ model, messages }),
  'a streamed chat': async (model: string): Promise<unknown> =>
    readAll(await client.chat({ model, messages, stream: true })),
  generate: (model: string): Promise<unknown> => client.generate({ model, prompt: 'Hello' }),
  'a streamed generate': async (model: string): Promise<unknown> =>
    readAll(await client.generate({ model, prompt: 'Hello', stream: true })),
};

/** Fault, status, and how often the upstream was asked: this client asks once. */
const failures = [
  ['bad-request', 400, 1],
  ['wrong-key', 502, 1],
  ['permission-denied', 403, 1],
  ['unknown-model', 404, 1],
  ['quota', 429, 1],
  ['rate-limited', 429, ownAttempts],
  ['always-503', 503, ownAttempts],
  ['always-500', 502, ownAttempts],
] as const;

describe.each(kinds)('ollama-js over $id', (kind) => {
  describe.each(Object.entries(ways))('%s', (way, ask) => {
    it.each(failures)('%s raises a ResponseError with status %i', async (fault, status_code, asked) => {
      const model = `${fault}@${kind.id}-${way.replaceAll(' ', '-')}`;
      await expect(ask(`${kind.wall}/${model}`)).rejects.toMatchObject({
        name: 'ResponseError',
        status_code,
        message: expect.not.stringMatching(/^\s*[{<]|^Error \d/), // a sentence, no JSON and no fallback of the client
      });
      expect(lab.wall.requests(model)).toHaveLength(asked);
    });
  });

  it.each(['cut-in-the-middle', 'ends-in-the-middle', 'error-in-the-stream'])(
    '%s: the stream raises an error after its pieces, and never says that it is done',
    async (fault) => {
      const lines: ChatResponse[] = [];
      const read = async (): Promise<void> => {
        const stream = await client.chat({ model: `${kind.wall}/${fault}`, messages, stream: true });
        for await (const line of stream) lines.push(line);
      };
      await expect(read()).rejects.toThrow(/./);
      expect(lines.length).toBeGreaterThan(0);
      expect(lines.some(({ done }) => done)).toBe(false);
    },
  );

  it('who leaves in the middle of a stream closes the upstream within 250 ms', async () => {
    const stream = await client.chat({ model: `${kind.id}/slow`, messages, stream: true });
    const [asked] = lab.upstreamOf(kind).requests;
    if (!asked) throw new Error('The upstream was not asked');
    expect(await closedAfter(asked, () => stream.abort())).toBeLessThan(250);
    await expect(readAll(stream)).rejects.toThrow(/abort/);
  });

  it('who leaves before a whole answer closes the upstream within 250 ms', async () => {
    const caller = new AbortController();
    const leaving = new Ollama({
      host: lab.url,
      fetch: (input, init) => fetch(input, { ...init, signal: caller.signal }),
    });
    const model = `never-answers@${kind.id}`;
    const call = leaving.chat({ model: `${kind.wall}/${model}`, messages });
    const failed = expect(call).rejects.toThrow(/abort/);
    expect(await wallClosedAfter(lab.wall, model, () => caller.abort())).toBeLessThan(250);
    await failed;
  });
});

it('a model that is not there is a 404 in the words that clients look for', async () => {
  const failure = {
    name: 'ResponseError',
    status_code: 404,
    message: expect.stringMatching(/model 'lab\/none' not found/),
  };
  await expect(client.show({ model: 'lab/none' })).rejects.toMatchObject(failure);
  await expect(client.pull({ model: 'lab/none', stream: false })).rejects.toMatchObject(failure);
  await expect(client.pull({ model: 'lab/none', stream: true })).rejects.toMatchObject(failure);
});

it('a model of a provider that is not configured is not loaded', async () => {
  const load = client.generate({ model: 'openrouter/any', prompt: '' });
  await expect(load).rejects.toMatchObject({ status_code: 404 });
});

it('a field that is wrong is a 400 that names it', async () => {
  const call = client.chat({
    model: 'lab/text',
    messages,
    options: { temperature: 'hot' as unknown as number },
  });
  await expect(call).rejects.toMatchObject({
    status_code: 400,
    message: expect.stringContaining('options.temperature'),
  });
});

it.each(['create', 'copy', 'delete'] as const)('%s is refused in a sentence', async (action) => {
  const calls = {
    create: () => client.create({ model: 'mine', from: 'lab/text', stream: false }),
    copy: () => client.copy({ source: 'lab/text', destination: 'mine' }),
    delete: () => client.delete({ model: 'lab/text' }),
  };
  await expect(calls[action]()).rejects.toMatchObject({
    status_code: 400,
    message: expect.stringMatching(/stores no models/),
  });
});
