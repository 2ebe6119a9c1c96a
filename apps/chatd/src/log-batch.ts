import { pino } from 'pino';

/** A pipe takes so much in one piece, so that lines of several processes do not mix. */
const mostBytes = 4096;
const longestWaitMs = 10;

/** Where lines go. */
interface Sink {
  write(text: string): void;
}

/** Lines that are written together: a system call for each request costs more than all else of its log. */
export interface LogBatch extends Sink {
  /** Writes what is held. */
  flush(): void;
}

/**
 * Holds lines for at most ten milliseconds. A warning or worse goes out at once, and so does what is held; who ends the
 * process has to call `flush`.
 */
export const createLogBatch = (sink: Sink): LogBatch => {
  let held = '';
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (held === '') return;
    const text = held;
    held = '';
    sink.write(text);
  };
  const batch = {
    // pino tells the level of a line beforehand to whoever has this.
    [Symbol.for('pino.metadata')]: true,
    lastLevel: pino.levels.values.info ?? 0,
    write(line: string): void {
      // Lines are nearly all ASCII; one that is not only makes the batch a little longer.
      if (held.length + line.length > mostBytes) flush();
      held += line;
      if (batch.lastLevel >= (pino.levels.values.warn ?? 0)) flush();
      else timer ??= setTimeout(flush, longestWaitMs);
    },
    flush,
  };
  return batch;
};
