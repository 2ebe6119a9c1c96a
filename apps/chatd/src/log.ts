import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';
import { createLogBatch, type LogBatch } from './log-batch.js';

export type { Logger } from 'pino';

/** Takes whole lines of JSON and writes them to standard output. */
export type LogOutput = DestinationStream;

const millisecondsPerSecond = 1000;

/** The time in ISO 8601, as a field of a line. Of many lines in a second only the first asks for all of it. */
export const createTimestamp = (now: () => number = Date.now): (() => string) => {
  let second = Number.NaN;
  let beginning = '';
  return () => {
    const time = now();
    const current = Math.floor(time / millisecondsPerSecond);
    if (current !== second) {
      second = current;
      beginning = new Date(current * millisecondsPerSecond).toISOString().slice(0, -'000Z'.length);
    }
    const milliseconds = String(time - current * millisecondsPerSecond).padStart(3, '0');
    return `,"time":"${beginning}${milliseconds}Z"`;
  };
};

/** Lines as they are, or made for people: `auto` means people exactly when standard output is a terminal. */
export const createLogOutput = async (format: 'auto' | 'json' | 'pretty'): Promise<LogOutput> => {
  const forPeople = format === 'pretty' || (format === 'auto' && process.stdout.isTTY === true);
  if (!forPeople) {
    const batch = createLogBatch(pino.destination({ dest: 1, sync: true }));
    process.once('exit', () => batch.flush());
    return batch;
  }
  const { default: pretty } = await import('pino-pretty'); // a service does without its thirty files
  return pretty({ translateTime: 'HH:MM:ss', singleLine: true, sync: true });
};

const isBatch = (output: LogOutput): output is LogBatch => 'hold' in output;

/** A log whose lines all have the members of `base`. */
export const createLogger = (output: LogOutput, base: Record<string, unknown> | null = null): Logger => {
  if (!isBatch(output)) return pino({ base, timestamp: createTimestamp() }, output);
  const hooks: LoggerOptions['hooks'] = {
    logMethod(args, method, level) {
      output.hold(this, args, method, level);
    },
  };
  return pino({ base, timestamp: createTimestamp(() => output.now()), hooks }, output);
};
