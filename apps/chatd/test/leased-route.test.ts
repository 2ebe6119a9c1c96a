import { EventEmitter } from 'node:events';
import type { Request, Response } from 'express';
import { expect, it } from 'vitest';
import { createLeasedRoute } from '../src/leased-route.js';
import type { Runtime } from '../src/runtime.js';
import { createRuntimeHolder } from '../src/runtime-holder.js';

/** A call whose route and response end when the test says so; its runtime is replaced meanwhile. */
const begin = () => {
  const work = Promise.withResolvers<void>();
  const response = Object.assign(new EventEmitter(), { setTimeout: () => undefined });
  const config = { totalMs: 1000 };
  const [first, second] = [{ config, close: async () => undefined }, {}] as unknown as [Runtime, Runtime];
  const closed: Runtime[] = [];
  const holder = createRuntimeHolder(first, { onClosed: (runtime) => closed.push(runtime) });
  const route = createLeasedRoute(holder, () => work.promise);
  const over = route({} as Request, response as unknown as Response);
  holder.replace(second);
  const isClosed = async (): Promise<boolean> => {
    await new Promise(setImmediate);
    return closed.includes(first);
  };
  return { work, response, over, isClosed };
};

it('a runtime is held until the route is over, though the response was closed before', async () => {
  const { work, response, isClosed } = begin();
  response.emit('close');
  expect(await isClosed()).toBe(false);
  work.resolve();
  expect(await isClosed()).toBe(true);
});

it('a runtime is held until the response is closed, though the route was over before', async () => {
  const { work, response, isClosed } = begin();
  work.resolve();
  expect(await isClosed()).toBe(false);
  response.emit('close');
  expect(await isClosed()).toBe(true);
});

it('a route that fails gives its runtime back all the same, and its error is passed on', async () => {
  const { work, response, over, isClosed } = begin();
  work.reject(new Error('no luck'));
  response.emit('close');
  await expect(over).rejects.toThrow('no luck');
  expect(await isClosed()).toBe(true);
});
