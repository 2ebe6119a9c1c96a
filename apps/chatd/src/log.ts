import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';

export type { Logger } from 'pino';

/** Takes whole lines of JSON and writes them to standard output. */
export type LogOutput = DestinationStream;

/** Lines as they are, or made for people: `auto` means people exactly when standard output is a terminal. */
export const createLogOutput = async (format: 'auto' | 'json' | 'pretty'): Promise<LogOutput> => {
  const forPeople = format === 'pretty' || (format === 'auto' && process.stdout.isTTY === true);
  if (!forPeople) return pino.destination();
  const { default: pretty } = await import('pino-pretty'); // a service does without its thirty files
  return pretty({ translateTime: 'HH:MM:ss', singleLine: true, sync: true });
};

/** A log whose lines all have the members of `base`. */
export const createLogger = (output: LogOutput, base: Record<string, unknown> | null = null): Logger =>
  pino({ base, timestamp: stdTimeFunctions.isoTime }, output);
