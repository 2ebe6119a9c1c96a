import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Script } from './script.js';

/** Turns of the event loop after which a client in the same process has surely taken what is in its socket. */
const turns = 4;

/** Resolves once the bytes are with the socket and the client had time to read them apart from the next ones. */
const write = async (response: ServerResponse, bytes: string | Uint8Array): Promise<void> => {
  if (bytes.length === 0) return; // Node would never call back
  await new Promise<void>((resolve) => {
    response.write(bytes, () => resolve());
  });
  for (let turn = 0; turn < turns; turn += 1) await nextTurn();
};

const sendHeaders = (script: Script, response: ServerResponse): void => {
  if (response.headersSent) return;
  response.writeHead(script.status ?? 200, { ...script.headers });
  response.flushHeaders();
};

/** Plays a script; stops when the client has gone. */
export const play = async (script: Script, response: ServerResponse, gone: AbortSignal): Promise<void> => {
  const isGone = (): boolean => gone.aborted;
  response.on('error', () => undefined); // a write that meets a closed socket; `gone` tells the same
  if (!script.beforeHeaders) sendHeaders(script, response);
  for (const step of script.steps) {
    if (isGone()) return;
    if ('silence' in step) return;
    if ('cut' in step) {
      response.destroy();
      return;
    }
    if ('send' in step) {
      sendHeaders(script, response);
      await write(response, step.send);
    } else {
      await Promise.race([sleep(step.waitMs, undefined, { ref: false }), whenAborted(gone)]);
    }
  }
  if (isGone()) return;
  sendHeaders(script, response);
  response.end();
};

const whenAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
