import type { Worker } from 'node:cluster';
import { enclose, type Send, type ToPrimary, type ToWorker } from './messages.js';

/** Whoever is gone is told of by its exit, or by the end of the channel. */
const ignoreLoss = (): void => undefined;

/** Sends from a worker; a worker without its primary ends. */
export const sendToPrimary: Send<ToPrimary> = (message) => {
  process.send?.(enclose(message), undefined, undefined, ignoreLoss);
};

/** Sends from the primary to one worker. */
export const sendTo =
  (worker: Worker): Send<ToWorker> =>
  (message) => {
    worker.process.send(enclose(message), ignoreLoss);
  };
