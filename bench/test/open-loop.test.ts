import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { poissonArrivals } from '../lib/arrivals.mjs';
import { runOpen } from '../load/open.mjs';
import { plainText } from '../stand-in/texts.mjs';

it('a connection that the gateway has closed while it was free is not taken again', async () => {
  const body = JSON.stringify({ text: plainText(100) });
  const server = createServer((socket) => {
    socket.once('data', () => {
      socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    });
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const schedule = { perSecond: 5, seconds: 1, seed: 168 }; // five requests, no two of them due within 135 ms
  const { took } = await runOpen({
    target: { host: '127.0.0.1', port, path: '/' },
    body: '{}',
    expect: { size: 100 },
    ...schedule,
  });
  expect(took).toHaveLength(poissonArrivals(schedule).length);
});
