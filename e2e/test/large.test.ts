import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FrontWords, frontWords } from '../support/front-words.js';
import { hashOf, type LargeUpstream, startLargeUpstream } from '../support/large-upstream.js';
import { peakGrowth } from '../support/peak.js';
import { type RunningProgram, startProgram } from '../support/program.js';

const mebibyte = 1024 * 1024;
const { native, ollama } = frontWords;
const fronts: readonly (readonly [string, FrontWords])[] = Object.entries(frontWords);

/** Rows of a table: each front over a model. */
const over = (model: string, rows = fronts) => rows.map(([name, front]) => [name, model, front] as const);

/** 20 MB of base64 that begins as a PNG does. */
const image = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), randomBytes(15_000_000)]).toString(
  'base64',
);
const tokens = Array.from({ length: 100_000 }, (_, index) => `token${index % 1000} `);
const text = tokens.join('');

let upstream: LargeUpstream;
let chatd: RunningProgram;
let strict: RunningProgram;
const report: string[] = [];
const note = (what: string, bytes: number): void => {
  report.push(`${what}: ${(bytes / mebibyte).toFixed(1)} MiB`);
};

beforeAll(async () => {
  upstream = await startLargeUpstream();
  const providers = `[chatd.providers.lab]
use = "@lakehouse/provider-openai-compat"
url = "${upstream.url}/v1"
[chatd.providers.local]
use = "@lakehouse/provider-ollama"
url = "${upstream.url}"
[models]
either = ["lab/m", "local/m"]
`;
  chatd = await startProgram('chatd', `[chatd]\nbind = "127.0.0.1:0"\n${providers}`, {}, { probe: true });
  strict = await startProgram(
    'chatd',
    `[chatd]\nbind = "127.0.0.1:0"\n[chatd.limits]\nmax_body = "1MiB"\n${providers}`,
  );
});
beforeEach(() => {
  upstream.images.length = 0;
  upstream.answer = ['hi'];
  upstream.gate = Promise.resolve();
});
afterAll(async () => {
  await Promise.all([chatd, strict].map((program) => program.stop()));
  await upstream.close();
  console.info(`large things\n${report.join('\n')}`);
});

const post = (
  front: FrontWords,
  model: string,
  options: { readonly image?: string; readonly stream?: boolean },
) =>
  request(`${chatd.url}${front.path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
    body: JSON.stringify(front.ask(model, options.image, options.stream ?? false)),
  });

/** The text of a stream, NDJSON or server-sent events, which must have come in as many pieces as the upstream sent. */
const readStream = async (front: FrontWords, model: string): Promise<readonly string[]> => {
  const { statusCode, body } = await post(front, model, { stream: true });
  expect(statusCode).toBe(200);
  const deltas: string[] = [];
  for (const line of (await body.text()).split('\n')) {
    const json = line.startsWith('data: ') ? line.slice('data: '.length) : line;
    const delta = json.startsWith('{') ? front.delta(JSON.parse(json)) : undefined;
    if (delta) deltas.push(delta);
  }
  return deltas;
};

const readWhole = async (front: FrontWords, model: string): Promise<string | undefined> => {
  const { statusCode, body } = await post(front, model, {});
  expect(statusCode).toBe(200);
  return front.text(await body.json());
};

/** Asks with the image, measures when all are waited for upstream, and only then lets the answers come. */
const aliveWhileWaiting = async (front: FrontWords, model: string, count: number): Promise<number> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  upstream.gate = promise;
  const before = await chatd.memory();
  const answers = Array.from({ length: count }, async () =>
    (await post(front, model, { image })).body.text(),
  );
  await expect.poll(() => upstream.images.length, { timeout: 20_000 }).toBe(count);
  const waiting = await chatd.memory();
  resolve();
  await Promise.all(answers);
  return waiting.live - before.live;
};

describe('a request with an image of 20 MB', () => {
  it.each([...over('lab/m'), ...over('local/m')])(
    'arrives complete: %s over %s',
    async (name, model, front) => {
      const grown = await peakGrowth(chatd.pid, async () => {
        const { statusCode, body } = await post(front, model, { image });
        expect(front.text(await body.json())).toBe('hi');
        expect(statusCode).toBe(200);
      });
      expect(upstream.images).toEqual([hashOf(image)]);
      note(`${name} over ${model}, the most that chatd grew`, grown);
      expect(grown).toBeLessThan(10 * image.length); // what is garbage by then is in it
    },
  );

  it.each(['lab/m', 'local/m'])('is held once while its answer is waited for, over %s', async (model) => {
    const alive = await aliveWhileWaiting(native, model, 1);
    note(`waiting for ${model}, alive`, alive);
    expect(alive).toBeLessThan(1.5 * image.length);
  });

  it('is held once for each of four callers at the same time', async () => {
    const alive = await aliveWhileWaiting(native, 'lab/m', 4);
    note('four callers wait, alive', alive);
    expect(alive).toBeLessThan(4 * 1.5 * image.length);
  });

  it('leaves nothing behind', async () => {
    const before = await chatd.memory();
    for (let call = 0; call < 3; call += 1) await (await post(native, 'lab/m', { image })).body.dump();
    const { live } = await chatd.memory();
    expect(live - before.live).toBeLessThan(image.length / 4);
  });
});

describe('an answer of 100,000 tokens', () => {
  beforeAll(async () => {
    upstream.answer = tokens;
    await readStream(native, 'lab/m'); // the space for young objects grows to the size that this needs
  });

  it.each([...over('lab/m'), ...over('local/m', Object.entries({ native, ollama }))])(
    'streams through, piece by piece: %s over %s',
    async (name, model, front) => {
      upstream.answer = tokens;
      let deltas: readonly string[] = [];
      const grown = await peakGrowth(chatd.pid, async () => {
        deltas = await readStream(front, model);
      });
      note(
        `${name} over ${model}, a streamed answer of ${text.length} characters, the most that chatd grew`,
        grown,
      );
      expect(deltas.length).toBe(tokens.length);
      expect(hashOf(deltas.join(''))).toBe(hashOf(text));
      expect(grown).toBeLessThan(64 * mebibyte);
    },
  );

  // Over a tier it is streamed upstream, held until it is complete, and put together.
  it.each([...over('lab/m'), ...over('local/m'), ...over('either')])(
    'comes whole: %s over %s',
    async (name, model, front) => {
      upstream.answer = tokens;
      let whole: string | undefined;
      const grown = await peakGrowth(chatd.pid, async () => {
        whole = await readWhole(front, model);
      });
      note(
        `${name} over ${model}, a whole answer of ${text.length} characters, the most that chatd grew`,
        grown,
      );
      expect(hashOf(whole ?? '')).toBe(hashOf(text));
      expect(grown).toBeLessThan(96 * mebibyte);
    },
  );
});

describe('a body above max_body is refused before it is read', () => {
  /** Sends the beginning of a body and never its end. */
  const refusal = async (path: string, headers: Readonly<Record<string, string>>, bytes: number) => {
    const call = httpRequest(`${strict.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
    });
    call.on('error', () => undefined); // the connection may be cut once the answer is there
    call.write(`{"model":"lab/m","x":"`.padEnd(bytes, 'x'));
    const [response] = (await once(call, 'response')) as [IncomingMessage];
    response.resume();
    call.destroy();
    return response.statusCode;
  };

  it.each(fronts)('by its announced length: %s', async (_name, { path }) => {
    expect(await refusal(path, { 'content-length': String(20 * mebibyte) }, 1000)).toBe(413);
    expect(upstream.images).toEqual([]);
  });

  it.each(fronts)('by what has come of it, without a length: %s', async (_name, { path }) => {
    expect(await refusal(path, { 'transfer-encoding': 'chunked' }, 1.5 * mebibyte)).toBe(413);
  });
});
