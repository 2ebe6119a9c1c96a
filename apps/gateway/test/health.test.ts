import { expect, test } from 'vitest';
import { startChatd, startTestGateway } from './support.js';

test('readyz follows the readiness of chatd, healthz does not', async () => {
  let status = 200;
  const asked: (string | undefined)[] = [];
  const chatd = await startChatd((request, response) => {
    asked.push(request.url);
    response.writeHead(status).end();
  });
  const gateway = await startTestGateway(chatd);
  const ready = await fetch(`${gateway.origin}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);
  status = 500;
  const unready = await fetch(`${gateway.origin}/readyz`);
  expect(unready.status).toBe(503);
  expect(await unready.json()).toMatchObject({
    error: { code: 'unreachable', message: 'chatd does not answer /readyz' },
  });
  expect(asked).toEqual(['/readyz', '/readyz']);
  expect((await fetch(`${gateway.origin}/healthz`)).status).toBe(200);
  expect(asked).toHaveLength(2);
});

test('readyz waits a second for a silent chatd, not longer', async () => {
  const gateway = await startTestGateway(await startChatd(() => undefined));
  const start = performance.now();
  expect((await fetch(`${gateway.origin}/readyz`)).status).toBe(503);
  expect(performance.now() - start).toBeLessThan(2_000);
});

test('a path in chatd_url is kept', async () => {
  const chatd = await startChatd((request, response) => response.end(request.url));
  const gateway = await startTestGateway(new URL('/inner/', chatd));
  expect(await (await fetch(`${gateway.origin}/v1/chat/models?x=1`)).text()).toBe(
    '/inner/v1/chat/models?x=1',
  );
  expect((await fetch(`${gateway.origin}/readyz`)).status).toBe(200);
});

test('probes are logged at level debug only', async () => {
  const gateway = await startTestGateway(await startChatd((_request, response) => response.end()));
  await (await fetch(`${gateway.origin}/healthz`)).text();
  expect(await gateway.requestLine()).toMatchObject({ path: '/healthz', level: 20 });
});
