import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PlayableScript, Step } from './script.js';

/** Told of what the player does. */
export interface PlayObserver {
  /** So many bytes of the body were taken by the socket. */
  readonly sent?: (bytes: number) => void;
  /** The script is at its end, which may be told twice: what closes the connection from now on is not a client that leaves early. */
  readonly over?: () => void;
}

type Writing = Extract<Step, { readonly send: unknown } | { readonly raw: unknown }>;

/** Turns of the event loop after which a client in the same process has surely taken what is in its socket. */
const turns = 4;

/** Resolves when it is done, or when the client has gone: no callback of a dead socket is waited for. */
const untilGone = (gone: AbortSignal, start: (done: () => void) => void): Promise<void> =>
  new Promise((resolve) => {
    if (gone.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      gone.removeEventListener('abort', done); // an endless script would leave one listener per step
      resolve();
    };
    gone.addEventListener('abort', done, { once: true });
    start(done);
  });

const wait = async (ms: number, gone: AbortSignal): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  await untilGone(gone, (done) => {
    timer = setTimeout(done, ms).unref();
  });
  clearTimeout(timer);
};

/**
 * Resolves once the bytes are with the socket and the client had time to read them apart from the next ones. A client
 * that doesn't read holds it up, so that a script never runs ahead of its reader.
 */
const write = async (
  step: Writing,
  response: ServerResponse,
  gone: AbortSignal,
  sent: PlayObserver['sent'],
): Promise<void> => {
  const bytes = 'raw' in step ? step.raw : step.send;
  if (bytes.length === 0) return; // Node would never call back
  await untilGone(gone, (done) => {
    const taken = (error: Error | null | undefined): void => {
      if (!error) sent?.(Buffer.byteLength(bytes));
      done();
    };
    if ('raw' in step) response.req.socket.write(bytes, taken);
    else response.write(bytes, taken);
  });
  for (let turn = 0; turn < turns; turn += 1) await nextTurn();
};

const sendHeaders = (script: PlayableScript, response: ServerResponse): void => {
  if (response.headersSent) return;
  response.writeHead(script.status ?? 200, { ...script.headers });
  response.flushHeaders();
};

/** Plays a script; stops when the client has gone. */
export const play = async (
  script: PlayableScript,
  response: ServerResponse,
  gone: AbortSignal,
  { sent, over }: PlayObserver = {},
): Promise<void> => {
  const isGone = (): boolean => gone.aborted;
  const sentAll = (bytes: number): void => {
    sent?.(bytes);
    over?.();
  };
  response.on('error', () => undefined); // a write that meets a closed socket; `gone` tells the same
  if (!script.beforeHeaders) sendHeaders(script, response);
  const steps = script.steps[Symbol.iterator]();
  for (let next = steps.next(); !next.done; ) {
    const step = next.value;
    next = steps.next();
    if (isGone()) return;
    if ('silence' in step) return;
    if ('cut' in step) {
      over?.();
      response.req.socket.destroy();
      return;
    }
    if ('reset' in step) {
      over?.();
      response.req.socket.resetAndDestroy();
      return;
    }
    if ('waitMs' in step) {
      await wait(step.waitMs, gone);
      continue;
    }
    sendHeaders(script, response);
    // A client that has the last bytes may go: the turns that follow them take long in a busy process.
    await write(step, response, gone, next.done ? sentAll : sent);
  }
  if (isGone()) return;
  sendHeaders(script, response);
  over?.();
  response.end();
};
