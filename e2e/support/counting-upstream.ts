import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server that speaks OpenAI's protocol and counts what it is asked at a time. */
export interface CountingUpstream {
  readonly url: string;
  /** Requests that are not answered yet. */
  readonly open: number;
  /** The most that were open at a time. */
  readonly most: number;
  /** All so far. */
  readonly asked: number;
  /** Whether it fails from now on. */
  setDown(isDown: boolean): void;
  close(): void;
}

const frame = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({ id: 'x', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

/** The name of the model says how many milliseconds an answer takes, a failure too. */
export const startCountingUpstream = async (): Promise<CountingUpstream> => {
  let [open, most, asked, down] = [0, 0, 0, false];
  const answer = async (ms: number, response: ServerResponse): Promise<void> => {
    if (down) {
      await sleep(ms);
      response.writeHead(500, { 'content-type': 'application/json' }).end('{"error":{"message":"down"}}');
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(frame({ content: 'begun' }));
    await sleep(ms);
    response.end(`${frame({ content: ', done' })}${frame({}, 'stop')}data: [DONE]\n\n`);
  };
  const server = createServer((request, response) => {
    if (request.method !== 'POST') {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":[]}');
      return;
    }
    open += 1;
    asked += 1;
    most = Math.max(most, open);
    response.once('close', () => {
      open -= 1;
    });
    void json(request).then((body) => answer(Number((body as { model: string }).model), response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    get open() {
      return open;
    },
    get most() {
      return most;
    },
    get asked() {
      return asked;
    },
    setDown(isDown) {
      down = isDown;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
};
