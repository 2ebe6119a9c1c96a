import { Worker } from 'node:worker_threads';
import { poissonArrivals } from '../lib/arrivals.mjs';
import { now } from '../lib/clock.mjs';
import { latencies } from '../lib/statistics.mjs';
import { openConnection, toRequest } from './connection.mjs';
import { createCheck } from './expectation.mjs';

const mostConnections = 1_000;
const graceMs = 20_000;
const leadMs = 50;

/**
 * An open loop: requests are due by a schedule that no answer delays, and latency counts from when one was due, not from
 * when it could be sent. A free connection is taken where there is one that the other side is not known to have closed; else another is opened.
 */
export const runOpen = ({ target, body, expect, perSecond, seconds, seed }) =>
  new Promise((resolve, reject) => {
    const request = toRequest(target, body);
    const arrivals = poissonArrivals({ perSecond, seconds, seed });
    const startAt = now() + leadMs;
    const free = [];
    const open = new Set();
    const took = [];
    const late = []; // how much later than due a request was sent: the generator's own error
    const takeFree = () => {
      for (let connection = free.pop(); connection; connection = free.pop())
        if (connection.socket.writable && !connection.socket.readableEnded) return connection;
    };
    const another = () => {
      if (open.size === mostConnections) return;
      const connection = openConnection(target, request, createCheck(expect));
      open.add(connection);
      connection.socket.once('close', () => open.delete(connection));
      return connection;
    };
    const thread = new Worker(new URL('due-thread.mjs', import.meta.url), {
      workerData: { arrivals, startAt },
    });
    const finish = (error) => {
      clearTimeout(timer);
      for (const connection of open) connection.close();
      void thread.terminate();
      if (error) reject(error);
      else resolve({ perSecond, seconds, latency: latencies(took), late: latencies(late), took });
    };
    const timer = setTimeout(
      () => finish(new Error(`${arrivals.length - took.length} replies are missing`)),
      seconds * 1000 + graceMs,
    );
    thread.on('error', finish);
    thread.on('message', (index) => {
      const dueAt = startAt + arrivals[index];
      const connection = takeFree() ?? another();
      if (!connection) {
        finish(new Error(`${mostConnections} requests are under way: this rate is too much`));
        return;
      }
      late.push(now() - dueAt);
      connection.send((problem) => {
        if (problem !== undefined) {
          finish(new Error(problem));
          return;
        }
        took.push(now() - dueAt);
        free.push(connection);
        if (took.length === arrivals.length) finish();
      });
    });
  });
