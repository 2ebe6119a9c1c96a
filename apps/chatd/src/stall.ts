import type { Response } from 'express';
import type { ChatdConfig } from './config.js';

const longestStallMs = 60_000;

/** A reader that takes nothing for so many milliseconds is gone. */
export const stallMsOf = ({ totalMs }: Pick<ChatdConfig, 'totalMs'>): number =>
  Math.min(totalMs, longestStallMs);

/** Whether the system has taken all of it; node:http says `finished` a moment later. */
const isSent = ({ writableEnded, socket }: Response): boolean =>
  writableEnded && (socket === null || socket.writableLength === 0);

/** Lets go of a reader that stops taking what a route has written. The socket's next request sets its time anew. */
export const limitStall = (response: Response, stallMs: number): void => {
  if (response.destroyed || isSent(response)) return;
  response.setTimeout(stallMs, () => response.destroy());
};
