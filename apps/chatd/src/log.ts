import { type Logger, pino, stdTimeFunctions } from 'pino';

export type { Logger } from 'pino';

/** JSON lines, or lines for people: `auto` means people exactly when standard output is a terminal. */
export const createLogger = async (format: 'auto' | 'json' | 'pretty'): Promise<Logger> => {
  const options = { base: null, timestamp: stdTimeFunctions.isoTime };
  const forPeople = format === 'pretty' || (format === 'auto' && process.stdout.isTTY === true);
  if (!forPeople) return pino(options);
  const { default: pretty } = await import('pino-pretty'); // a service does without its thirty files
  const look = { ignore: 'pid,hostname', translateTime: 'HH:MM:ss', singleLine: true, sync: true };
  return pino(options, pretty(look));
};
