import { type LogFn, type Logger, pino } from 'pino';

/** A block of some ten kilobytes. */
const mostLines = 32;
const longestWaitMs = 10;

const warnLevel = pino.levels.values.warn ?? 0;

/** Where lines go. */
interface Sink {
  write(text: string): void;
}

/** What pino was called with, to be made a line of later. */
interface Held {
  readonly log: Logger;
  readonly args: Parameters<LogFn>;
  readonly method: LogFn;
  /** Unix milliseconds. */
  readonly time: number;
}

/** Log lines that are formatted and written together, in the order in which they were logged. */
export interface LogBatch extends Sink {
  /** For pino's hook: holds a line until its turn comes. */
  hold(log: Logger, args: Parameters<LogFn>, method: LogFn, level: number): void;
  /** When the line that is being formatted was logged, in Unix milliseconds. */
  now(): number;
  /** Formats and writes what is held. */
  flush(): void;
}

/**
 * Holds lines for at most ten milliseconds. A warning or worse goes out at once, and so does what is held; who ends the
 * process has to call `flush`. Between two requests, what formats a line is no longer in the processor's caches; behind another
 * line it is. And all of them are one system call.
 */
export const createLogBatch = (sink: Sink): LogBatch => {
  let held: Held[] = [];
  let timer: NodeJS.Timeout | undefined;
  /** Of the line that is being formatted. */
  let time: number | undefined;
  /** What has been formatted and not been written. */
  let text = '';
  const writeText = (): void => {
    const formatted = text;
    text = '';
    if (formatted !== '') sink.write(formatted);
  };
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const lines = held;
    held = [];
    let defect: { readonly error: unknown } | undefined;
    for (const line of lines) {
      time = line.time;
      try {
        line.method.apply(line.log, line.args);
      } catch (error) {
        defect ??= { error }; // the lines behind it are none the worse
      }
    }
    time = undefined;
    writeText();
    if (defect) throw defect.error;
  };
  return {
    hold(log, args, method, level) {
      held.push({ log, args, method, time: Date.now() });
      if (level >= warnLevel || held.length >= mostLines) flush();
      else timer ??= setTimeout(flush, longestWaitMs);
    },
    now: () => time ?? Date.now(),
    write(piece) {
      const isOwn = time !== undefined;
      if (!isOwn) flush();
      text += piece;
      if (!isOwn) writeText();
    },
    flush,
  };
};
