import { isatty } from 'node:tty';

/** A terminal signals the whole process group, and whoever started this program may pass the same signal on. */
const repeatMs = 500;

/** The first signal begins the stop; a later one ends the process, as signals do without a listener. */
export const stopSignal = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    const names = ['SIGTERM', 'SIGINT'] as const;
    const stop = (signal: NodeJS.Signals): void => {
      resolve(signal);
      setTimeout(() => {
        for (const name of names) process.off(name, stop);
      }, repeatMs).unref();
    };
    for (const name of names) process.on(name, stop);
  });

/** Hang-ups, from the first moment on. */
export interface HangUps {
  /** Who is told of them; those that came before count as one. */
  listen(listener: () => void): void;
}

/**
 * Takes SIGHUP, which would end the process otherwise. The terminal that chatd was started in sends it too, when it is
 * closed: a program that went on without its window would hold its port unseen, and so that one means SIGTERM.
 */
export const takeHangUps = (): HangUps => {
  const hadTerminal = isatty(0);
  let tell: (() => void) | undefined;
  let early = false;
  process.on('SIGHUP', () => {
    if (hadTerminal && !isatty(0)) process.kill(process.pid, 'SIGTERM');
    else if (tell) tell();
    else early = true;
  });
  return {
    listen(listener) {
      tell = listener;
      if (early) listener();
    },
  };
};
