import type { Server } from 'node:http';
import { createApp } from '../app.js';
import { createDrain } from '../drain.js';
import type { LoadOptions } from '../load.js';
import { createLogger, createLogOutput } from '../log.js';
import { logDefects } from '../log-defects.js';
import { createMetrics } from '../metrics/metrics.js';
import { stateOf } from '../metrics/process-state.js';
import { close, listen } from '../server.js';
import { settleHeap } from '../settle-heap.js';
import { openEnvelope, type ToWorker } from './messages.js';
import { sendToPrimary } from './send.js';
import { createSharedCircuits } from './shared-circuits.js';
import { createSharedPlaces } from './shared-places.js';
import { createGatherer } from './shared-reports.js';
import { createWorkerConfig } from './worker-config.js';

/** A terminal signals the whole process group: when a worker stops is up to the primary. */
const leaveSignalsToPrimary = (): void => {
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => undefined);
};

/**
 * Serves as one of several processes, as the primary says, and resolves with the exit code. When the primary dies, the
 * channel to it ends, and with that `node:cluster` ends this process.
 */
export const runWorker = async (load: LoadOptions, id: number): Promise<number> => {
  leaveSignalsToPrimary();
  // Standard output leads to the primary, which makes the lines look as the config says.
  const log = createLogger(await createLogOutput('json'), { worker: id });
  logDefects(log);
  const send = sendToPrimary;
  const places = createSharedPlaces(send);
  const circuits = createSharedCircuits(send);
  const reports = createGatherer(send);
  const config = createWorkerConfig({ load, log, send, places, circuits });
  const drain = createDrain();
  const metrics = createMetrics(id);
  let server: Server | undefined;

  const commit = async ({ generation, bind, instanceId }: Extract<ToWorker, { type: 'commit' }>) => {
    const isFirst = config.generation === undefined;
    const runtimes = config.commit(generation);
    if (!isFirst) return;
    const app = createApp({ runtimes, drain, log, metrics, instanceId, gather: reports.gather });
    try {
      const listening = await listen(app, bind);
      server = listening.server;
      send({ type: 'listening', url: listening.url });
      settleHeap(drain);
    } catch (error) {
      send({ type: 'not-listening', message: (error as Error).message });
    }
  };

  const stop = async (deadlineMs: number): Promise<void> => {
    send({ type: 'draining', inFlight: drain.inFlight });
    send({ type: 'drained', cut: await drain.begin(deadlineMs) });
  };

  const follow = ({ generation, target, news }: Extract<ToWorker, { type: 'circuit' }>): void => {
    if (generation !== config.generation) return;
    config.runtimes?.current.instances.get(target.provider)?.breaker?.follow(target, news);
  };

  const report = async ({ ticket, what }: Extract<ToWorker, { type: 'report' }>): Promise<void> => {
    const state = stateOf(drain, config.runtimes?.current);
    const answer = what === 'load' ? state.load : await metrics.report(state);
    send({ type: 'reported', ticket, report: answer });
  };

  return new Promise((resolve) => {
    const end = async (): Promise<void> => {
      if (server) await close(server);
      await config.close();
      process.disconnect();
      resolve(0);
    };
    const obey = (message: ToWorker): void | Promise<void> => {
      switch (message.type) {
        case 'prepare':
          return config.prepare(message.generation, message.source);
        case 'commit':
          return commit(message);
        case 'discard':
          return config.discard();
        case 'drain':
          return stop(message.deadlineMs);
        case 'end':
          return end();
        case 'place-given':
        case 'place-refused':
          return places.handle(message);
        case 'circuit':
          return follow(message);
        case 'probe-answer':
          return circuits.handle(message);
        case 'gathered':
          return reports.handle(message);
        case 'report':
          return report(message);
      }
    };
    process.on('message', (received) => {
      const message = openEnvelope<ToWorker>(received);
      if (message) void obey(message); // a defect in it ends this process, and is told
    });
  });
};
