import { setImmediate as nextTurn } from 'node:timers/promises';
import { Turn } from '@lakehouse/chat-core';
import type { Dispatcher } from 'undici';
import { expect, it } from 'vitest';
import { ResponseReader } from '../src/response-reader.js';
import { setUpServer, stream } from './support/call.js';

const bench = setUpServer();

const controllerOf = (onResume: () => void = () => undefined): Dispatcher.DispatchController =>
  ({ pause: () => undefined, resume: onResume, abort: () => undefined }) as never;

const begin = (controller: Dispatcher.DispatchController): ResponseReader => {
  const reader = new ResponseReader(new AbortController().signal, new Turn());
  reader.onRequestStart(controller);
  reader.onResponseStart(controller, 200, {});
  return reader;
};

it('whoever has taken a piece before its turn, and waits for the next one, is not told that it is over', async () => {
  const controller = controllerOf();
  const reader = begin(controller);
  await reader.head;
  reader.onResponseData(controller, Buffer.from('one'));
  expect(String(await reader.pull())).toBe('one'); // the reader still stands in the turn
  const next = reader.pull();
  await nextTurn();
  reader.onResponseData(controller, Buffer.from('two'));
  expect(String(await next)).toBe('two');
  const end = reader.pull();
  reader.onResponseEnd();
  expect(await end).toBeUndefined();
});

it('what undici hands on while a piece is taken is not lost, nor is it the end', async () => {
  let rest: Buffer | undefined = Buffer.from('rest');
  const controller = controllerOf(() => {
    const piece = rest;
    rest = undefined;
    if (piece) reader.onResponseData(controller, piece);
  });
  const reader = begin(controller);
  await reader.head;
  reader.onResponseData(controller, Buffer.alloc(64 * 1024, 'x'));
  expect((await reader.pull())?.byteLength).toBe(64 * 1024);
  expect(String(await reader.pull())).toBe('rest');
  const next = reader.pull();
  await nextTurn();
  await nextTurn();
  reader.onResponseData(controller, Buffer.from('later'));
  expect(String(await next)).toBe('later');
});

it('an upstream that pauses in the middle of a large answer is waited for', async () => {
  const part = 'x'.repeat(200 * 1024);
  bench.server.reply({
    steps: [{ send: part }, { waitMs: 60 }, { send: part }, { waitMs: 60 }, { send: part }],
  });
  const response = await bench.pool().request(stream());
  let bytes = 0;
  for await (const piece of response.body) {
    bytes += piece.byteLength;
    await Promise.resolve();
  }
  expect(bytes).toBe(3 * part.length);
});
