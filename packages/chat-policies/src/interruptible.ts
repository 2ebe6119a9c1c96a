/** Pulls from an iterator in a way that an abort can end, even when the iterator itself does not obey it. */
export interface Interruptible<Item> {
  /** The next item; rejects with the signal's reason once it is aborted and the iterator had `graceMs` to unwind. */
  next(): Promise<IteratorResult<Item>>;
  /** The next item, or the end when none comes within `limitMs`. */
  nextWithin(limitMs: number): Promise<IteratorResult<Item>>;
  /** Closes the iterator; does not wait for one that was interrupted. */
  close(): Promise<void>;
}

const ended = { done: true, value: undefined } as const;

export const createInterruptible = <Item>(
  iterator: AsyncIterator<Item>,
  signal: AbortSignal,
  graceMs: number,
): Interruptible<Item> => {
  let interrupt: (() => void) | undefined;
  let interrupted = false;
  const onAbort = (): void => interrupt?.();
  signal.addEventListener('abort', onAbort, { once: true });

  /** One promise and no listener for each pull. `limited` says what ends the wait besides the item itself. */
  const pull = (limited: (end: () => void) => () => void): Promise<IteratorResult<Item> | undefined> => {
    const item = iterator.next();
    return new Promise((resolve, reject) => {
      const stop = limited(() => {
        interrupted = true;
        resolve(undefined);
      });
      item.then(
        (result) => {
          stop();
          resolve(result);
        },
        (error: unknown) => {
          stop();
          reject(error as Error);
        },
      );
    });
  };

  const untilGrace = (end: () => void): (() => void) => {
    let timer: NodeJS.Timeout | undefined;
    interrupt = () => {
      timer ??= setTimeout(end, graceMs);
    };
    if (signal.aborted) interrupt();
    return () => {
      interrupt = undefined;
      clearTimeout(timer);
    };
  };

  return {
    async next() {
      const result = await pull(untilGrace);
      if (result) return result;
      throw signal.reason;
    },
    async nextWithin(limitMs) {
      const limited = (end: () => void): (() => void) => {
        const timer = setTimeout(end, limitMs);
        return () => clearTimeout(timer);
      };
      return (await pull(limited)) ?? ended;
    },
    async close() {
      signal.removeEventListener('abort', onAbort);
      const closing = iterator.return?.();
      // Nobody waits for what does not obey; its failure must not become an unhandled rejection.
      if (interrupted) closing?.catch(() => undefined);
      else await closing;
    },
  };
};
