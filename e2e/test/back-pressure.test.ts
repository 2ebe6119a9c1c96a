import { setTimeout as sleep } from 'node:timers/promises';
import { bytesOf, type ScriptedUpstream, sse, startUpstream } from '@lakehouse/provider-testkit';
import { type FaultWall, startFaultWall, type WallRequest } from '@lakehouse/provider-testkit/fault-wall';
import { request } from 'undici';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type RunningProgram, startProgram } from '../support/program.js';
import { type StalledCaller, startStalledCaller } from '../support/stalled-caller.js';

const mebibyte = 1024 * 1024;
/** The kernel's buffers on both sides of chatd, its own, and some room for kernels that give more. */
const mostOnTheWay = 16 * mebibyte;
/** The gateway is one more connection. */
const mostThroughGateway = 24 * mebibyte;
const stalledTogether = 20;
const mostMemoryEach = 2 * mebibyte;
/** The heap of a service that has just started is small, and grows by leaps. */
const warmUpRounds = 10;
const warmUpMs = 90_000;
/** How long a reader may take nothing: the service's total budget where that is less than a minute. */
const stallMs = 2_000;

let wall: FaultWall;
let upstream: ScriptedUpstream;
let patient: RunningProgram;
let strict: RunningProgram;
let gateway: RunningProgram;
let strictGateway: RunningProgram;
const report: string[] = [];

const gatewayConfig = (chatd: RunningProgram): string =>
  `[gateway]\nbind = "127.0.0.1:0"\nchatd_url = "${chatd.url}"\nidle_timeout = "${2 * stallMs}ms"\n`;

beforeAll(async () => {
  wall = await startFaultWall();
  upstream = await startUpstream();
  const providers = `[chatd.providers.lab]
use = "@lakehouse/provider-openai-compat"
url = "${wall.url}/v1"
[chatd.providers.long]
use = "@lakehouse/provider-openai-compat"
url = "${upstream.url}/v1"
[models]
long = { targets = ["long/m"], timeout = "5m" }
endless = { targets = ["lab/endless"], timeout = "5m" }
`;
  patient = await startProgram('chatd', `[chatd]\nbind = "127.0.0.1:0"\n${providers}`, {}, { probe: true });
  strict = await startProgram(
    'chatd',
    `[chatd]\nbind = "127.0.0.1:0"\ntimeout = "${stallMs}ms"\n${providers}`,
  );
  gateway = await startProgram('gateway', gatewayConfig(patient));
  strictGateway = await startProgram('gateway', gatewayConfig(strict));
});
beforeEach(() => wall.clear());
afterAll(async () => {
  await Promise.all([gateway, strictGateway].map((program) => program.stop()));
  await Promise.all([patient, strict].map((program) => program.stop()));
  await Promise.all([wall.close(), upstream.close()]);
  console.info(`callers that do not read\n${report.join('\n')}`);
});

const sentBy = (requests: readonly WallRequest[]): number =>
  requests.reduce((sum, { bytesSent }) => sum + bytesSent, 0);

/** Resolves with the bytes of all open requests once no upstream has got rid of any more for half a second. */
const untilHeldUp = async (count: number): Promise<number> => {
  await expect.poll(() => wall.requests().length, { timeout: 10_000 }).toBe(count);
  let sent = 0;
  for (let quietTurns = 0; quietTurns < 5; ) {
    await sleep(100);
    const now = sentBy(wall.requests());
    quietTurns = now === sent && wall.requests().every(({ bytesSent }) => bytesSent > 0) ? quietTurns + 1 : 0;
    sent = now;
  }
  return sent;
};

const untilAllClosed = (count: number): Promise<void> =>
  expect
    .poll(() => wall.requests().map(({ closedEarlyAt }) => closedEarlyAt !== undefined), { timeout: 10_000 })
    .toEqual(Array.from({ length: count }, () => true));

const inMebibytes = (bytes: number): string => `${(bytes / mebibyte).toFixed(1)} MiB`;

it.each([
  ['chatd', () => patient, mostOnTheWay],
  ['gateway and chatd', () => gateway, mostThroughGateway],
] as const)('an upstream is held up by a caller that does not read: %s', async (name, program, most) => {
  const caller = await startStalledCaller(program().url, 'lab/endless');
  const sent = await untilHeldUp(1);
  report.push(`${name}: the upstream was held up after ${inMebibytes(sent)}`);
  expect(sent).toBeLessThanOrEqual(most);
  caller.leave();
  await untilAllClosed(1);
});

it(
  `${stalledTogether} callers that do not read cost chatd at most ${inMebibytes(mostMemoryEach)} each`,
  async () => {
    const leaveAll = async (callers: readonly StalledCaller[]): Promise<void> => {
      for (const caller of callers) caller.leave();
      await untilAllClosed(callers.length);
      wall.clear();
    };
    const startAll = async (): Promise<readonly StalledCaller[]> => {
      const starts = Array.from({ length: stalledTogether }, () =>
        startStalledCaller(patient.url, 'lab/endless'),
      );
      const callers = await Promise.all(starts);
      await untilHeldUp(stalledTogether);
      return callers;
    };
    // Code is compiled, and the heap grows to the size that this much traffic needs.
    for (let round = 0; round < warmUpRounds; round += 1) await leaveAll(await startAll());
    const before = await patient.memory();
    const callers = await startAll();
    const stalled = await patient.memory();
    await leaveAll(callers);
    const live = stalled.live - before.live;
    report.push(
      `${stalledTogether} callers: ${inMebibytes(live / stalledTogether)} of live memory each,` +
        ` chatd's RSS went from ${inMebibytes(before.rss)} to ${inMebibytes(stalled.rss)}`,
    );
    expect(live).toBeLessThanOrEqual(stalledTogether * mostMemoryEach);
    expect(stalled.rss - before.rss).toBeLessThanOrEqual(stalledTogether * mostMemoryEach);
  },
  warmUpMs,
);

it.each([
  ['chatd', () => strict],
  ['gateway and chatd', () => strictGateway],
] as const)(
  'a caller that reads nothing for the limit is cut, and its upstream with it: %s',
  async (name, program) => {
    const startedAt = performance.now();
    const caller = await startStalledCaller(program().url, 'endless');
    await untilAllClosed(1);
    const [{ closedEarlyAt = 0 } = {}] = wall.requests();
    const afterMs = closedEarlyAt - startedAt;
    report.push(`${name}: the upstream socket closed ${(afterMs / 1000).toFixed(1)} s after the start`);
    expect(afterMs).toBeGreaterThanOrEqual(stallMs);
    expect(afterMs).toBeLessThan(2 * stallMs);
    await expect
      .poll(() => strict.chatLog(caller.requestId)?.line)
      .toMatchObject({ outcome: 'aborted', output_characters: expect.any(Number), attempts: 1 });
    const text = await caller.readOn();
    expect(text).toContain('"type":"text_delta"');
    expect(text).not.toContain('"type":"response_end"');
  },
);

const frames = 400;
const frameText = (index: number): string => `${index} `.padEnd(48 * 1024, 'slowly but surely ');

/** 4 MiB a second: slower than the upstream, and than the buffers on the way can hide. */
const slowBytesPerMs = (4 * mebibyte) / 1000;

/** Takes a piece, then a moment for itself: the whole answer takes much longer than anyone may take nothing. */
const readSlowly = async (url: string): Promise<{ readonly text: string; readonly ms: number }> => {
  const startedAt = performance.now();
  const { body } = await request(`${url}/v1/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'long', stream: true, messages: [{ role: 'user', content: 'hi' }] }),
  });
  const pieces: Buffer[] = [];
  for await (const piece of body) {
    pieces.push(piece as Buffer);
    await sleep((piece as Buffer).length / slowBytesPerMs);
  }
  return { text: Buffer.concat(pieces).toString('utf8'), ms: performance.now() - startedAt };
};

it.each([
  ['chatd', () => strict],
  ['gateway and chatd', () => strictGateway],
] as const)('a caller that reads slowly gets the whole answer: %s', async (name, program) => {
  const deltas = Array.from({ length: frames }, (_, index) => frameText(index));
  const steps = deltas.map((content) => ({
    send: bytesOf(sse([{ choices: [{ index: 0, delta: { content } }] }])),
  }));
  const end = sse([{ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }, 'data: [DONE]\n\n']);
  upstream.reply({ ...end, steps: [...steps, ...end.steps] });
  const { text, ms } = await readSlowly(program().url);
  const events = text
    .split('\n\n')
    .filter((frame) => frame.startsWith('data: '))
    .map((frame) => JSON.parse(frame.slice('data: '.length)) as { type: string; delta?: string });
  report.push(`${name}: ${inMebibytes(text.length)} were read slowly, in ${(ms / 1000).toFixed(1)} s`);
  expect(events.filter(({ type }) => type !== 'text_delta').map(({ type }) => type)).toEqual([
    'response_start',
    'response_end',
  ]);
  expect(events.at(-1)?.type).toBe('response_end');
  expect(events.map(({ delta = '' }) => delta).join('') === deltas.join('')).toBe(true);
  expect(ms).toBeGreaterThan(1.5 * stallMs);
});
