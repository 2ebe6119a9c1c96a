import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type FaultWall, startFaultWall, type WallRequest } from '../src/fault-wall/index.js';

let wall: FaultWall;
let agents: Agent[] = [];
beforeAll(async () => {
  wall = await startFaultWall();
});
afterEach(() => {
  for (const agent of agents) agent.destroy();
  agents = [];
});
afterAll(() => wall.close());

/** A pool of one connection. */
const pool = (): Agent => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agents.push(agent);
  return agent;
};

interface Opened {
  readonly call: ClientRequest;
  readonly response: IncomingMessage;
}

const open = (model: string, agent: Agent = pool(), stream = true): Promise<Opened> =>
  new Promise((resolve, reject) => {
    const call = request(`${wall.url}/api/chat`, { method: 'POST', agent });
    call.once('response', (response) => resolve({ call, response }));
    call.once('error', reject);
    call.end(JSON.stringify({ model, stream }));
  });

/** The status and the text of an answer, or the code of what broke. */
const ask = async (model: string, agent?: Agent): Promise<string> => {
  try {
    const { response } = await open(model, agent, false);
    let text = '';
    for await (const piece of response.setEncoding('utf8')) text += String(piece);
    return `${response.statusCode} ${/Answer \d+ of [^:]+/.exec(text)?.[0] ?? ''}`.trim();
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
};

const only = (model: string): WallRequest => {
  const [entry, ...more] = wall.requests(model);
  if (!entry || more.length > 0) throw new Error(`There is not exactly one request for ${model}`);
  return entry;
};

/** The number once it no longer grows. */
const standstill = async (read: () => number): Promise<number> => {
  for (;;) {
    const before = read();
    await sleep(200);
    if (read() === before) return before;
  }
};

describe('counters', () => {
  it('belong to the model name, its key included', async () => {
    expect(await ask('once-500@a')).toBe('500');
    expect(await ask('once-500@a')).toBe('200 Answer 2 of once-500@a');
    expect(await ask('once-500@b')).toBe('500');
    expect(await ask('once-500@a')).toBe('200 Answer 3 of once-500@a');
  });

  it.each([
    ['once-429', '429'],
    ['once-reset', 'ECONNRESET'],
    ['once-cut', 'ECONNRESET'],
  ])('%s fails once, then it is healthy', async (model, failure) => {
    expect(await ask(model)).toBe(failure);
    expect(await ask(model)).toBe(`200 Answer 2 of ${model}`);
  });

  it('begin again when the wall is cleared', async () => {
    await ask('once-500@clear');
    wall.clear();
    expect(wall.requests()).toEqual([]);
    expect(await ask('once-500@clear')).toBe('500');
  });
});

describe('switches', () => {
  it('are set per model name', async () => {
    wall.setDown('flapping@x', true);
    wall.setDown('flapping-503@x', true);
    expect(await ask('flapping@x')).toBe('ECONNRESET');
    expect(await ask('flapping-503@x')).toBe('503');
    expect(await ask('flapping@y')).toBe('200 Answer 1 of flapping@y');
    wall.setDown('flapping@x', false);
    expect(await ask('flapping@x')).toBe('200 Answer 1 of flapping@x');
    expect(wall.requests('flapping@x')).toMatchObject([
      { refused: true, number: 1 },
      { refused: false, number: 1 },
    ]);
  });

  it('are up again when the wall is cleared', async () => {
    wall.setDown('flapping@z', true);
    wall.clear();
    expect(await ask('flapping@z')).toBe('200 Answer 1 of flapping@z');
  });

  it.each(['healthy', 'nothing', ''])('there is none for "%s"', (model) => {
    expect(() => wall.setDown(model, true)).toThrow(RangeError);
  });
});

describe('a stale connection', () => {
  it('dies without a byte when it is used again; a new one is served', async () => {
    const model = 'stale-connection@s';
    const agent = pool();
    expect(await ask(model, agent)).toBe(`200 Answer 1 of ${model}`);
    expect(await ask(model, agent)).toBe('ECONNRESET');
    expect(await ask(model, agent)).toBe(`200 Answer 2 of ${model}`);
    expect(wall.requests(model)).toMatchObject([
      { number: 1, refused: false, bytesSent: expect.any(Number) as number },
      { number: 1, refused: true, finished: true, bytesSent: 0 },
      { number: 2, refused: false },
    ]);
  });

  it('is stale for its own model name only, so that tests that share a pool do not meet', async () => {
    const agent = pool();
    await ask('stale-connection@s1', agent);
    expect(await ask('healthy@s1', agent)).toBe('200 Answer 1 of healthy@s1');
    expect(await ask('stale-connection@s2', agent)).toBe('200 Answer 1 of stale-connection@s2');
    expect(await ask('stale-connection@s1', agent)).toBe('ECONNRESET');
  });
});

describe('what is noted of a request', () => {
  it('that it was answered to its end, and how much of the answer the socket took', async () => {
    const { response } = await open('healthy@note');
    let bytes = 0;
    for await (const piece of response) bytes += (piece as Buffer).length;
    await expect.poll(() => only('healthy@note').finished).toBe(true);
    const { arrivedAt, ...noted } = only('healthy@note');
    expect(noted).toEqual({
      model: 'healthy@note',
      number: 1,
      path: '/api/chat',
      stream: true,
      refused: false,
      finished: true,
      bytesSent: bytes,
    });
    expect(performance.now() - arrivedAt).toBeGreaterThan(0);
  });

  it.each([
    'never-answers',
    'headers-then-silence',
    'stall-in-the-middle',
    'heartbeats-only',
    'slow-headers',
  ])('that the client left %s early, and when', async (fault) => {
    const model = `${fault}@leave`;
    const opening = open(model);
    opening.catch(() => undefined); // one that got no headers fails when it is left
    await expect.poll(() => wall.requests(model).length).toBe(1);
    if (fault.startsWith('headers') || fault.startsWith('stall')) await opening;
    expect(wall.openRequests()).toBe(1);
    const leftAt = performance.now();
    for (const agent of agents) agent.destroy();
    await expect.poll(() => only(model).closedEarlyAt).toBeGreaterThanOrEqual(leftAt);
    expect(only(model)).toMatchObject({ finished: false });
    expect(wall.openRequests()).toBe(0);
    await expect.poll(() => wall.openSockets()).toBe(0);
  });
});

describe('a flood', () => {
  it.each(['endless', 'oversized-line'])(
    '%s waits for its reader, and stops when it leaves',
    async (fault) => {
      const model = `${fault}@flood`;
      const { call, response } = await open(model);
      response.pause();
      const stalledAt = await standstill(() => only(model).bytesSent);
      expect(stalledAt).toBeGreaterThan(0);
      // No more than the buffers of two sockets hold.
      expect(stalledAt).toBeLessThan(32 * 1024 * 1024);
      response.resume();
      await expect.poll(() => only(model).bytesSent).toBeGreaterThan(stalledAt);
      call.destroy();
      await expect.poll(() => only(model).closedEarlyAt).toBeTypeOf('number');
      const atLast = only(model).bytesSent;
      expect(await standstill(() => only(model).bytesSent)).toBe(atLast);
      expect(only(model).finished).toBe(false);
    },
  );

  it('has an end for a reader that never leaves', { timeout: 60_000 }, async () => {
    const { response } = await open('oversized-line@end');
    response.on('error', () => undefined).resume();
    await new Promise((resolve) => response.once('close', resolve));
    expect(only('oversized-line@end')).toMatchObject({ finished: true });
    expect(only('oversized-line@end').bytesSent / 1024 / 1024).toBeCloseTo(64, 1);
  });
});
