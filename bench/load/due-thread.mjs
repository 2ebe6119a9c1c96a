// Sleeps until each request of an open loop is due. A timer of the event loop is off by a millisecond and by whatever
// the loop is busy with; this thread does nothing else, and is woken by the kernel.
import { parentPort, workerData } from 'node:worker_threads';
import { now } from '../lib/clock.mjs';

const never = new Int32Array(new SharedArrayBuffer(4));
const { arrivals, startAt } = workerData;

for (const [index, at] of arrivals.entries()) {
  const wait = startAt + at - now();
  if (wait > 0) Atomics.wait(never, 0, 0, wait);
  parentPort.postMessage(index);
}
