import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../lib/arrivals.mjs';
import { now } from '../lib/clock.mjs';
import { openConnection, toRequest } from './connection.mjs';
import { createCheck } from './expectation.mjs';

const limitMs = 15_000;

/**
 * Callers who leave in the middle of a stream, one after the other: the time of the machine's clock at which each closed
 * its connection, by the id that `bodies` gave it. The stand-in notes when its side was closed.
 */
export const runLeave = async ({ target, bodies, expect }) => {
  const random = createRandom(7);
  const left = {};
  for (const [id, body] of Object.entries(bodies)) {
    const begun = Promise.withResolvers();
    const timer = setTimeout(() => begun.reject(new Error(`stream ${id} did not begin`)), limitMs);
    const connection = openConnection(
      target,
      toRequest(target, body),
      createCheck(expect, () => begun.resolve()),
    );
    try {
      connection.send((problem) => begun.reject(new Error(problem ?? `stream ${id} was over too soon`)));
      await begun.promise;
      await sleep(5 + random() * 30);
      left[id] = now();
    } finally {
      clearTimeout(timer);
      connection.close();
    }
  }
  return { left };
};
