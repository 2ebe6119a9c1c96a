import { setTimeout as sleep } from 'node:timers/promises';
import { now } from '../lib/clock.mjs';
import { latencies } from '../lib/statistics.mjs';
import { openConnection, toRequest } from './connection.mjs';
import { createCheck, stampsIn } from './expectation.mjs';

const limitMs = 30_000;

/** One connection that reads streams: when the first chunk came, and how long each chunk was on its way. */
const createReader = (target, request, expect) => {
  let sentAt;
  let first;
  let hops;
  const check = createCheck(expect, (lines) => {
    const at = now();
    first ??= at - sentAt;
    for (const stamp of stampsIn(lines)) hops.push(at - stamp);
  });
  const connection = openConnection(target, request, check);
  return {
    connection,
    read: () =>
      new Promise((resolve, reject) => {
        first = undefined;
        hops = [];
        const timer = setTimeout(() => reject(new Error(`a stream took over ${limitMs} ms`)), limitMs);
        sentAt = now();
        connection.send((problem) => {
          clearTimeout(timer);
          if (problem === undefined) resolve({ first, hops });
          else reject(new Error(problem));
        });
      }),
  };
};

/**
 * Rounds of streams that start in the same instant, the worst case for queueing: the time to the first chunk, and the
 * way of each chunk, which carries the time at which the upstream wrote it. Connections stand before the first round.
 */
export const runBurst = async ({ target, body, expect, streams, rounds, pauseMs }) => {
  const request = toRequest(target, body);
  const readers = Array.from({ length: streams }, () => createReader(target, request, expect));
  const first = [];
  const hops = [];
  try {
    await Promise.all(readers.map(({ connection }) => connection.connected));
    for (let round = 0; round < rounds; round += 1) {
      await sleep(pauseMs);
      for (const result of await Promise.all(readers.map((reader) => reader.read()))) {
        first.push(result.first);
        hops.push(...result.hops);
      }
    }
  } finally {
    for (const { connection } of readers) connection.close();
  }
  return { streams, rounds, first: latencies(first), hop: latencies(hops), firsts: first };
};
