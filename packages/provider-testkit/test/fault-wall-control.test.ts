import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FaultWall, startFaultWall } from '../src/fault-wall/index.js';

let wall: FaultWall;
beforeAll(async () => {
  wall = await startFaultWall();
});
afterAll(() => wall.close());

const call = async (method: string, path: string): Promise<{ status: number; value: unknown }> => {
  const response = await fetch(wall.url + path, { method });
  return { status: response.status, value: await response.json() };
};

const ask = async (model: string): Promise<number> => {
  const body = JSON.stringify({ model, stream: false });
  const response = await fetch(`${wall.url}/api/generate`, { method: 'POST', body });
  await response.text();
  return response.status;
};

it('GET /wall/requests lists what arrived, for one model name or for all', async () => {
  await ask('healthy@list 1');
  await ask('quota@list 2');
  await expect.poll(() => wall.requests('quota@list 2')[0]?.finished).toBe(true);
  const one = await call('GET', '/wall/requests?model=quota%40list%202');
  expect(one).toEqual({ status: 200, value: wall.requests('quota@list 2') });
  expect(one.value).toMatchObject([
    { model: 'quota@list 2', number: 1, path: '/api/generate', finished: true },
  ]);
  const all = await call('GET', '/wall/requests');
  expect(all.value).toHaveLength(2);
});

it('DELETE /wall/requests forgets them, their numbers and the switches', async () => {
  expect(await ask('once-500@delete')).toBe(500);
  wall.setDown('flapping-503@delete', true);
  expect(await call('DELETE', '/wall/requests')).toEqual({ status: 200, value: {} });
  expect(wall.requests()).toEqual([]);
  expect(await ask('once-500@delete')).toBe(500);
  expect(await ask('flapping-503@delete')).toBe(200);
});

it('POST /wall/down turns a switch', async () => {
  const model = 'flapping-503@t';
  expect(await call('POST', `/wall/down?model=${model}&down=true`)).toEqual({
    status: 200,
    value: { model, down: true },
  });
  expect(await ask(model)).toBe(503);
  await call('POST', `/wall/down?model=${model}&down=false`);
  expect(await ask(model)).toBe(200);
});

it.each([
  ['model=flapping', '`down` must be true or false'],
  ['model=flapping&down=yes', '`down` must be true or false'],
  ['model=healthy&down=true', '"healthy" has no switch'],
  ['down=true', '"" has no switch'],
])('POST /wall/down?%s is a 400 that says what would be right', async (query, message) => {
  const { status, value } = await call('POST', `/wall/down?${query}`);
  expect(status).toBe(400);
  expect((value as { error: { message: string } }).error.message).toContain(message);
});

it('GET /wall/sockets counts what is open, without its own connection', async () => {
  const own = await startFaultWall();
  const look = async (): Promise<unknown> => (await fetch(`${own.url}/wall/sockets`)).json();
  try {
    expect(await look()).toEqual({ openSockets: 0, openRequests: 0 });
    const leave = new AbortController();
    const body = '{"model":"headers-then-silence"}';
    await fetch(`${own.url}/api/chat`, { method: 'POST', body, signal: leave.signal });
    expect(await look()).toEqual({ openSockets: 1, openRequests: 1 });
    leave.abort();
    await expect.poll(look).toEqual({ openSockets: 0, openRequests: 0 });
  } finally {
    await own.close();
  }
});

it.each([
  ['GET', '/'],
  ['GET', '/v1/chat/completions'],
  ['POST', '/wall/faults'],
  ['POST', '//'],
])('%s %s is a 404 that tells where the faults are', async (method, path) => {
  const { status, value } = await call(method, path);
  expect(status).toBe(404);
  expect(JSON.stringify(value)).toContain('GET /wall/faults lists the faults');
});
