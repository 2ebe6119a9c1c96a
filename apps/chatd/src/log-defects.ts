import { describeDefect } from './defect.js';
import type { Logger } from './log.js';

/** What nobody caught, most likely a promise that a provider left to itself, ends the process with one line. */
export const logDefects = (log: Logger): void => {
  process.on('uncaughtException', (error, origin) => {
    log.fatal({ origin, defect: describeDefect(error) }, 'chatd ends: nobody caught this');
    process.exit(1);
  });
};
