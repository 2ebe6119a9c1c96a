import type { Readable } from 'node:stream';
import type { LogOutput } from '../log.js';

const newLine = 0x0a;

/** A text without an end, such as a plugin's own, is passed on in parts of this size. */
const longestBytes = 1024 * 1024;

/**
 * Passes on what a worker writes to its standard output, whole lines at a time. Several processes that wrote to one pipe
 * could cut into each other's lines, as soon as one is longer than PIPE_BUF or the pipe is full. Resolves at the end.
 */
export const relayLines = (from: Readable, output: LogOutput): Promise<void> =>
  new Promise((resolve) => {
    let pending: Buffer[] = [];
    let size = 0;
    const write = (...pieces: readonly Buffer[]): void => {
      const text = Buffer.concat([...pending, ...pieces]).toString();
      pending = [];
      size = 0;
      if (text !== '') output.write(text);
    };
    from.on('data', (piece: Buffer) => {
      const end = piece.lastIndexOf(newLine) + 1;
      if (end > 0) write(piece.subarray(0, end));
      if (end === piece.length) return;
      pending.push(piece.subarray(end));
      size += piece.length - end;
      if (size > longestBytes) write(Buffer.from([newLine]));
    });
    from.once('close', () => {
      if (size > 0) write(Buffer.from([newLine]));
      resolve();
    });
  });
