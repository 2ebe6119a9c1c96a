import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';
import pretty from 'pino-pretty';

export type { Logger } from 'pino';

/** JSON lines, or lines for people: `auto` means people exactly when standard output is a terminal. */
export const createLogger = (format: 'auto' | 'json' | 'pretty', output?: DestinationStream): Logger => {
  const forPeople = format === 'pretty' || (format === 'auto' && process.stdout.isTTY === true);
  const stream =
    output ??
    (forPeople
      ? pretty({ ignore: 'pid,hostname', translateTime: 'HH:MM:ss', singleLine: true, sync: true })
      : undefined);
  const options = { base: null, timestamp: stdTimeFunctions.isoTime };
  return stream === undefined ? pino(options) : pino(options, stream);
};
