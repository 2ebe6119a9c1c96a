import { type Logger, pino } from 'pino';
import { createLogBatch } from './log-batch.js';

export type { Logger } from 'pino';

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

/** JSON lines, or lines for people: `auto` means people exactly when standard output is a terminal. */
export const createLogger = async (format: 'auto' | 'json' | 'pretty'): Promise<Logger> => {
  const options = { base: null, timestamp: createTimestamp() };
  const forPeople = format === 'pretty' || (format === 'auto' && process.stdout.isTTY === true);
  if (!forPeople) {
    const batch = createLogBatch(pino.destination({ dest: 1, sync: true }));
    process.once('exit', () => batch.flush());
    return pino(options, batch);
  }
  const { default: pretty } = await import('pino-pretty'); // a service does without its thirty files
  const look = { ignore: 'pid,hostname', translateTime: 'HH:MM:ss', singleLine: true, sync: true };
  return pino(options, pretty(look));
};
