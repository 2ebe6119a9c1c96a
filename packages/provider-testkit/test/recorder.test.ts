import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import {
  bytesOf,
  json,
  ndjson,
  readTranscript,
  type ScriptedUpstream,
  startUpstream,
  type Transcript,
  text,
} from '../src/index.js';
import { startRecorder } from '../src/recording/start-recorder.js';
import { runSource } from './support/run-source.js';

const key = 'sk-live-4f7a91c2';
let upstream: ScriptedUpstream;
let folder: string;
beforeEach(async () => {
  upstream = await startUpstream();
  folder = mkdtempSync(path.join(tmpdir(), 'testkit-'));
});
afterEach(async () => {
  await upstream.close();
  rmSync(folder, { recursive: true });
});

/** A recorder in front of the upstream, and what it has recorded. */
const recording = async (address = `${upstream.url}/api`) => {
  const transcripts: Transcript[] = [];
  const problems: string[] = [];
  const recorder = await startRecorder({
    upstream: address,
    onTranscript: (transcript) => transcripts.push(transcript),
    onProblem: (problem) => problems.push(problem),
  });
  onTestFinished(() => recorder.close());
  const ask = (body: unknown, init: RequestInit = {}): Promise<Response> =>
    fetch(`${recorder.url}/chat?key=${key}&v=1`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'openai-organization': 'org-123456', 'x-kept': 'yes' },
      body: JSON.stringify(body),
      ...init,
    });
  return { transcripts, problems, ask, port: Number(new URL(recorder.url).port) };
};

const chunksOf = ({ response }: Transcript): readonly string[] =>
  response.chunks.map((chunk) => ('text' in chunk ? chunk.text : `base64:${chunk.base64}`));

describe('record', () => {
  it('passes a call on, and keeps its reads and their times', async () => {
    upstream.reply({
      headers: { 'content-type': 'application/x-ndjson', 'set-cookie': 'a=b', 'retry-after': '1' },
      steps: [{ send: '{"text":"Gr' }, { send: 'ü' }, { waitMs: 120 }, { send: '"}\n' }],
    });
    const { transcripts, ask } = await recording();
    const response = await ask({ model: 'm' });
    expect(await response.text()).toBe('{"text":"Grü"}\n');
    await expect.poll(() => transcripts.length).toBe(1);
    expect(upstream.requests[0]).toMatchObject({
      path: `/api/chat?key=${key}&v=1`,
      headers: { authorization: `Bearer ${key}` },
      json: { model: 'm' },
    });
    const [transcript] = transcripts as [Transcript];
    expect(transcript.request).toMatchObject({
      method: 'POST',
      path: '/chat?key=removed&v=1',
      headers: { authorization: 'removed', 'openai-organization': 'removed', 'x-kept': 'yes' },
      body: '{"model":"m"}',
    });
    expect(transcript.response.headers).toEqual({
      'content-type': 'application/x-ndjson',
      'retry-after': '1',
      date: expect.any(String) as unknown,
    });
    expect(transcript.response.end).toBe('complete');
    expect(chunksOf(transcript)).toEqual(['{"text":"Gr', 'ü', '"}\n']);
    expect(transcript.response.chunks.at(-1)?.ms).toBeGreaterThanOrEqual(100);
  });

  it('takes keys and ids out, also where a read cuts them, and keeps every length', async () => {
    const said = `{"error":"wrong key ${key}","user_id":"user-77","nested":"{\\"org_id\\":\\"org-abcdef\\"}","account_id":123456,"team_id":"équipe-9"} user-77 équipe-9`;
    const at = said.indexOf(key) + 5;
    upstream.reply({ steps: [{ send: said.slice(0, at) }, { send: said.slice(at) }] });
    const { transcripts, ask } = await recording();
    expect(await (await ask({ user: 'ada-lovelace', text: 'ada-lovelace asks' })).text()).toBe(said);
    await expect.poll(() => transcripts.length).toBe(1);
    const print = JSON.stringify(transcripts);
    for (const secret of [
      key,
      'sk-li',
      'user-77',
      'org-abcdef',
      'org-123456',
      '123456',
      'quipe',
      'ada-lovelace',
    ]) {
      expect(print).not.toContain(secret);
    }
    const [first = '', second = ''] = chunksOf(transcripts[0] as Transcript);
    expect([first.length, second.length]).toEqual([at, Buffer.byteLength(said) - at]);
    expect(`${first}${second}`).toMatch(/^\{"error":"wrong key x+","user_id":"x+","nested":/);
  });

  it.each([
    ['a cookie', { cookie: 'theme=dark; sid=c00kie/secret==' }, 'c00kie/secret=='],
    ['a password', { authorization: `Basic ${btoa('ada-77:pass-word')}` }, 'pass-word'],
    ['a key under its own name', { 'x-api-key': 'a"b\\c-key' }, 'a"b\\c-key'],
  ])('takes out %s, also escaped or encoded', async (_, headers, secret) => {
    const forms = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)];
    upstream.reply(text(forms.join(' ')));
    const { transcripts, ask } = await recording();
    await (await ask({}, { headers })).text();
    await expect.poll(() => transcripts.length).toBe(1);
    const [chunk = ''] = chunksOf(transcripts[0] as Transcript);
    for (const form of forms) expect(chunk).not.toContain(form);
    expect(chunk).toHaveLength(forms.join(' ').length);
    expect(JSON.stringify(transcripts[0]?.request)).not.toContain(JSON.stringify(secret).slice(1, -1));
  });

  it('calls its upstream only, whatever the path says', async () => {
    upstream.reply(json({}));
    const { port } = await recording(upstream.url);
    const socket = connect(port, '127.0.0.1');
    socket.end('GET //127.0.0.1:9/x HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');
    await expect.poll(() => upstream.requests[0]?.path).toBe('//127.0.0.1:9/x');
    socket.destroy();
  });

  it('outlives an upstream that resets its connection in the middle of an answer', async () => {
    const { transcripts, ask } = await recording();
    upstream.reply({ steps: [{ send: 'half' }, { waitMs: 20 }, { reset: true }] });
    await expect((await ask({})).text()).rejects.toThrow();
    await expect.poll(() => transcripts.at(-1)?.response.end).toBe('cut');
    upstream.reply(json({}));
    expect((await ask({})).status).toBe(200);
  });

  it('tells how an answer ended: cut by the upstream, or left by the client', async () => {
    const { transcripts, ask } = await recording();
    upstream.reply({ steps: [{ send: 'half' }, { waitMs: 20 }, { cut: true }] });
    await expect((await ask({})).text()).rejects.toThrow();
    await expect.poll(() => transcripts.at(-1)?.response.end).toBe('cut');
    upstream.clear();
    upstream.reply({ steps: [{ send: 'half' }, { silence: true }] });
    const controller = new AbortController();
    await ask({}, { signal: controller.signal });
    const request = await upstream.received();
    controller.abort();
    expect(await request.closed).toBeGreaterThan(0); // the abort goes through to the upstream
    await expect.poll(() => transcripts.at(-1)?.response.end).toBe('left');
  });

  it('records nothing of an upstream that does not answer or hides its bytes, and says so', async () => {
    const { transcripts, problems, ask } = await recording('http://127.0.0.1:9');
    await expect(ask({})).rejects.toThrow();
    expect(problems).toEqual([expect.stringMatching(/^POST \/chat was not answered: .*ECONNREFUSED/)]);
    const compressed = await recording();
    upstream.reply(text('x', { headers: { 'content-encoding': 'identity, x-own' } }));
    await compressed.ask({}).then((response) => response.text());
    await expect.poll(() => compressed.problems).toEqual([expect.stringContaining('compressed')]);
    expect([...transcripts, ...compressed.transcripts]).toEqual([]);
  });

  it('as a program writes one file for each call, which can be played', async () => {
    upstream.reply(ndjson([{ text: 'Grüße' }, { done: 'stop' }]));
    const out = path.join(folder, 'call');
    const { firstLine, kill, ended } = runSource('testkit/main.ts', [
      'record',
      '--upstream',
      upstream.url,
      '--out',
      out,
    ]);
    const url = /^The recorder listens on (http:\/\/127\.0\.0\.1:\d+) in front of /.exec(
      await firstLine,
    )?.[1];
    for (const model of ['a', 'b']) {
      const response = await fetch(`${url}/chat`, { method: 'POST', body: JSON.stringify({ model }) });
      await response.text();
    }
    await expect.poll(() => readdirSync(folder)).toEqual(['call-1.json', 'call-2.json']);
    kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
    const script = readTranscript(`${out}-1.json`);
    upstream.reply(script);
    const played = await fetch(upstream.url);
    expect(await played.text()).toBe('{"text":"Grüße"}\n{"done":"stop"}\n');
    expect(JSON.parse(readFileSync(`${out}-2.json`, 'utf8'))).toMatchObject({
      request: { body: '{"model":"b"}' },
    });
  });
});

describe('readTranscript', () => {
  it('gives the reads without pauses, or with them, and the cut', async () => {
    const { transcripts, ask } = await recording();
    upstream.reply({
      steps: [{ send: 'a' }, { waitMs: 60 }, { send: new Uint8Array([0xff]) }, { waitMs: 20 }, { cut: true }],
    });
    await expect((await ask({})).text()).rejects.toThrow();
    await expect.poll(() => transcripts.length).toBe(1);
    const file = path.join(folder, 'x.json');
    writeFileSync(file, JSON.stringify(transcripts[0]));
    const script = readTranscript(file);
    expect(script.steps).toEqual([{ send: 'a' }, { send: Buffer.from([0xff]) }, { cut: true }]);
    expect(Buffer.from(bytesOf(script))).toEqual(Buffer.from([0x61, 0xff]));
    const waits = readTranscript(file, { keepsTimes: true }).steps.flatMap((step) =>
      'waitMs' in step ? [step.waitMs] : [],
    );
    expect(Math.max(...waits)).toBeGreaterThanOrEqual(40);
  });

  it('refuses another file', () => {
    const file = path.join(folder, 'x.json');
    writeFileSync(file, JSON.stringify(json({}).steps));
    expect(() => readTranscript(file)).toThrow('is no transcript of format 1');
  });
});
