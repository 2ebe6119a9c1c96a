import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { play } from '../src/play.js';

it('a client that goes as soon as the last bytes are sent has not left early', async () => {
  const over: number[] = [];
  const played = Promise.withResolvers<void>();
  const server = createServer((_, response) => {
    const gone = new AbortController();
    let sent = 0;
    const observer = {
      sent: (bytes: number): void => {
        sent += bytes;
        if (sent === 2) gone.abort();
      },
      over: (): number => over.push(sent),
    };
    play({ steps: [{ send: 'a' }, { send: 'b' }] }, response, gone.signal, observer).then(
      played.resolve,
      played.reject,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const call = await fetch(`http://127.0.0.1:${port}`);
  await played.promise;
  await call.body?.cancel();
  expect(over).toEqual([2]);
});
