import { setTimeout as sleep } from 'node:timers/promises';
import { json, type ScriptedUpstream, sse, startUpstream } from '@lakehouse/provider-testkit';
import { request } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chatdAt, configOf, framesOf, freePort, labAt, post } from '../support/chain.js';
import { chunk, good, message, question } from '../support/chain-transcript.js';
import { type RunningProgram, startProgram } from '../support/program.js';

/** caller → team's chatd → platform's chatd → upstream. */
let upstream: ScriptedUpstream;
let team: RunningProgram;
let platform: RunningProgram;

beforeAll(async () => {
  upstream = await startUpstream();
  platform = await startProgram(
    'chatd',
    configOf(`${labAt(upstream.url)}
[chatd.providers.local]
use = "@lakehouse/provider-ollama"
url = "${upstream.url}"`),
  );
  team = await startProgram(
    'chatd',
    configOf(`[models]
missing = ["platform/openrouter/m", "lab/m"]
gone = ["nowhere/m", "lab/m"]
${chatdAt('platform', platform.url)}${chatdAt('nowhere', `http://127.0.0.1:${await freePort()}`)}${labAt(upstream.url)}`),
  );
});
beforeEach(() => upstream.clear());
afterAll(async () => {
  await Promise.all([team, platform].map((program) => program.stop()));
  await upstream.close();
});

const saying = ['content', 'reasoning', 'tool_calls', 'finish_reason', 'usage', 'warnings'];

/** What an answer says, without what tells of its way. */
const said = (answer: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(saying.map((name) => [name, answer[name]]));

/** Asks the platform itself, then through the team's chatd; gives both answers and what came upstream. */
const askBoth = async (stream: boolean) => {
  upstream.reply(good);
  const direct = await post(platform, question('lab/m', stream));
  const chained = await post(team, question('platform/lab/m', stream));
  expect([direct.status, chained.status]).toEqual([200, 200]);
  const [one, other] = upstream.requests;
  expect(other?.json).toEqual(one?.json);
  return { direct, chained };
};

describe('an answer through two services', () => {
  it('is the same as a direct one when it is whole, reasoning, tools and usage included', async () => {
    const { direct, chained } = await askBoth(false);
    expect(said(chained.json)).toEqual(said(direct.json));
    expect(chained.json).toMatchObject({
      provider: 'platform',
      model: 'lab/m',
      usage: { input: 5, cache_read: 4, output: 3, reasoning: 2 },
      tool_calls: [
        { id: 'c1', arguments: { city: 'Köln' } },
        { id: 'c2', arguments: {} },
      ],
      attempts: [{ provider: 'platform', model: 'lab/m', outcome: 'ok' }],
      provider_details: {
        chatd: { provider: 'lab', model: 'm', attempts: [{ provider: 'lab', model: 'm', outcome: 'ok' }] },
      },
    });
    expect(chained.json).toMatchObject({ warnings: [{ code: 'other', parameter: 'messages' }] });
  });

  it('is the same as a direct one when it is streamed, piece by piece', async () => {
    const { direct, chained } = await askBoth(true);
    const [mine, theirs] = [framesOf(chained.text), framesOf(direct.text)];
    const content = (frames: typeof mine) => frames.filter(({ type }) => String(type).endsWith('_delta'));
    expect(content(mine).length).toBeGreaterThan(6);
    expect(content(mine)).toEqual(content(theirs));
    expect(said(mine.at(-1) ?? {})).toEqual(said(theirs.at(-1) ?? {}));
  });

  it('streams to a client of another protocol', async () => {
    upstream.reply(good);
    const body = { model: 'platform/lab/m', stream: true, messages: [{ role: 'user', content: 'hi' }] };
    const { text } = await post(team, body, { route: '/v1/chat/completions' });
    expect(text).toContain('"content":"🌍"');
    expect(text.trimEnd().endsWith('data: [DONE]')).toBe(true);
  });

  it('comes as it is made', async () => {
    const [first, ...rest] = [chunk({ content: 'a' }), chunk({ content: 'b' }, 'stop'), 'data: [DONE]\n\n'];
    const steps = (frames: readonly (object | string)[]) => sse(frames).steps;
    upstream.reply({ ...sse([]), steps: [...steps([first ?? '']), { waitMs: 300 }, ...steps(rest)] });
    const { body } = await request(`${team.url}/v1/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(question('platform/lab/m', true)),
    });
    const times: number[] = [];
    for await (const _piece of body) times.push(performance.now());
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(200);
  });

  it('can be vectors', async () => {
    upstream.reply(json({ data: [{ index: 0, embedding: [0.1, 2] }], usage: { prompt_tokens: 3 } }));
    const ask = async (service: RunningProgram, model: string) =>
      (await post(service, { model, input: ['a'] }, { route: '/v1/embeddings' })).json;
    const [direct, chained] = [await ask(platform, 'lab/e'), await ask(team, 'platform/lab/e')];
    expect(chained).toEqual({ ...direct, model: 'lab/e' });
    expect(chained).toMatchObject({ data: [{ embedding: [0.1, 2] }], usage: { prompt_tokens: 3 } });
  });

  it('has the request id of its caller in both logs', async () => {
    upstream.reply(good);
    await post(team, question('platform/lab/m', false));
    const id = team.logs.findLast(({ line }) => line.msg === 'chat')?.line.request_id;
    await expect
      .poll(() => platform.chatLog(String(id))?.line)
      .toMatchObject({ provider: 'lab', outcome: 'ok' });
  });

  it('can be an error, which keeps its code, its wait and its status', async () => {
    upstream.reply(
      json({ error: { message: 'slow down' } }, { status: 429, headers: { 'retry-after': '7' } }),
    );
    const { status, headers, json: body } = await post(team, question('platform/lab/m', false));
    expect([status, headers['retry-after']]).toEqual([429, '7']);
    expect(body).toMatchObject({
      error: {
        code: 'rate-limited',
        retryable: true,
        provider: 'platform',
        upstream_status: 429,
        attempts: [{ provider: 'platform', outcome: 'error', code: 'rate-limited' }],
      },
    });
    expect(upstream.requests).toHaveLength(1);
  });

  it.each([
    ['/v1/chat', { think: false }, { error: { code: 'unsupported', path: 'think' } }],
    ['/v1/chat/completions', { reasoning_effort: 'none' }, { error: { param: 'reasoning_effort' } }],
    ['/v1/responses', { reasoning: { effort: 'none' } }, { error: { param: 'reasoning.effort' } }],
  ])('names what is refused or dropped in the words of the caller: %s', async (route, more, refused) => {
    upstream.reply(json({ message: { role: 'assistant', content: 'Hi' }, done: true }));
    const messages = [{ role: 'user', content: 'hi' }];
    const text = route === '/v1/responses' ? { input: 'hi' } : { messages };
    const body = { model: 'platform/local/gpt-oss:20b', ...text, ...more };
    const answer = await post(team, body, { route });
    const { path, param } = refused.error as { path?: string; param?: string };
    expect(answer.status).toBe(200);
    expect(JSON.parse(String(answer.headers['x-chatd-warnings']))).toMatchObject([
      { code: 'parameter-dropped', parameter: path ?? param },
    ]);
    upstream.clear();
    const strict = await post(team, body, { route, headers: { 'x-chatd-strict': '1' } });
    expect(strict.status).toBe(400);
    expect(strict.json).toMatchObject(refused);
    expect(upstream.requests).toHaveLength(0);
  });
});

describe('a caller that leaves', () => {
  it.each([
    ['before the headers', true, { beforeHeaders: true, steps: [{ silence: true }] }],
    ['before the headers of a whole answer', false, { beforeHeaders: true, steps: [{ silence: true }] }],
    [
      'in the middle',
      true,
      { ...sse([]), steps: [...sse([chunk({ content: 'a' })]).steps, { silence: true }] },
    ],
  ] as const)('%s closes the innermost socket within 250 ms', async (_phase, stream, script) => {
    upstream.reply(script);
    const caller = new AbortController();
    const asked = post(team, question('platform/lab/m', stream), { signal: caller.signal });
    asked.catch(() => undefined); // it is cancelled below
    const received = await upstream.received();
    await sleep(100);
    const left = performance.now();
    caller.abort();
    expect((await received.closed) - left).toBeLessThan(250);
    expect(upstream.requests).toHaveLength(1);
  });
});

it('a tier goes on when the other service does not know what is asked for, or is not there', async () => {
  upstream.reply(good);
  const { json: body } = await post(team, question('missing', false));
  expect(body).toMatchObject({
    content: message.content,
    attempts: [
      { provider: 'platform', outcome: 'error', code: 'provider-unavailable' },
      { provider: 'lab', outcome: 'ok' },
    ],
  });
  const { json: other } = await post(team, question('gone', false));
  expect(other).toMatchObject({
    content: message.content,
    attempts: [
      { provider: 'nowhere', outcome: 'error', code: 'unreachable' },
      { provider: 'lab', outcome: 'ok' },
    ],
  });
});

it('GET /v1/chat/providers says whether the other service is there', async () => {
  const answer = await request(`${team.url}/v1/chat/providers`);
  const { providers } = (await answer.body.json()) as { providers: { id: string; available: boolean }[] };
  const known = Object.fromEntries(providers.map(({ id, available }) => [id, available]));
  expect(known).toMatchObject({ platform: true, nowhere: false });
});
