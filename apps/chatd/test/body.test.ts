import { once } from 'node:events';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Turn } from '@lakehouse/chat-core';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readJson } from '../src/body.js';

let server: Server;
let bodies: unknown[] = [];

beforeAll(async () => {
  const turn = new Turn();
  const options = { limit: 2 ** 22, timeoutMs: 5_000, signal: new AbortController().signal, turn };
  server = createServer((request, response) => {
    void readJson(request, options)
      .catch((error: unknown) => error)
      .then((body) => {
        bodies.push(body);
        response.end();
      });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Sends bytes cut at the given places, each part in a turn of its own. */
const send = async (bytes: Buffer, cuts: readonly number[], isAnnounced: boolean): Promise<void> => {
  const { port } = server.address() as AddressInfo;
  const outgoing = httpRequest({ port, method: 'POST', headers: { 'content-type': 'application/json' } });
  if (isAnnounced) outgoing.setHeader('content-length', bytes.length);
  const answered = once(outgoing, 'response');
  let start = 0;
  for (const end of [...cuts, bytes.length]) {
    outgoing.write(bytes.subarray(start, end));
    start = end;
    await nextTurn();
  }
  outgoing.end();
  const [response] = await answered;
  response.resume();
  await once(response, 'end');
};

/** From one short piece to several that are freed. */
const texts = fc.integer({ min: 1, max: 100_000 }).map((length) => ({
  text: 'é€𝄞abc "\n'
    .repeat(Math.ceil(length / 9))
    .slice(0, length)
    .toWellFormed(),
}));

it('of two million characters is the same', async () => {
  bodies = [];
  const body = { text: 'é€𝄞abc "\n'.repeat(200_000) };
  await send(Buffer.from(JSON.stringify(body)), [], false);
  expect(bodies).toEqual([body]);
});

it('is the same wherever it was cut, with its length announced or not, and two at a time', async () => {
  await fc.assert(
    fc.asyncProperty(
      texts,
      texts,
      fc.array(fc.nat(), { maxLength: 4 }),
      fc.boolean(),
      async (a, b, places, isAnnounced) => {
        bodies = [];
        await Promise.all(
          [a, b].map((value) => {
            const bytes = Buffer.from(JSON.stringify(value));
            const cuts = places.map((place) => place % bytes.length).toSorted((left, right) => left - right);
            return send(bytes, cuts, isAnnounced);
          }),
        );
        expect(bodies).toHaveLength(2);
        expect(bodies).toEqual(expect.arrayContaining([a, b]));
      },
    ),
    { numRuns: 150 },
  );
});
