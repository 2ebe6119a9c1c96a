import { now } from '../lib/clock.mjs';
import { latencies } from '../lib/statistics.mjs';
import { openConnection, toRequest } from './connection.mjs';
import { createCheck } from './expectation.mjs';

/**
 * A closed loop: each connection sends its next request when its last reply is complete, until `requests` are through.
 * Throws at the first wrong reply, because a number of wrong replies says nothing.
 */
export const runClosed = ({ target, body, expect, requests, connections }) =>
  new Promise((resolve, reject) => {
    const request = toRequest(target, body);
    const took = [];
    let begun = 0;
    const startedAt = now();
    const open = [];
    const closeAll = () => {
      for (const connection of open) connection.close();
    };
    const next = (connection) => {
      if (begun === requests) return;
      begun += 1;
      const sentAt = now();
      connection.send((problem) => {
        if (problem !== undefined) {
          closeAll();
          reject(new Error(problem));
          return;
        }
        took.push(now() - sentAt);
        if (took.length < requests) {
          next(connection);
          return;
        }
        const seconds = (now() - startedAt) / 1000;
        closeAll();
        resolve({ requests, connections, seconds, perSecond: requests / seconds, latency: latencies(took) });
      });
    };
    for (let index = 0; index < Math.min(connections, requests); index += 1) {
      open.push(openConnection(target, request, createCheck(expect)));
    }
    for (const connection of open) next(connection);
  });
