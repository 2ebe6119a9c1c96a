import { describeDefect } from './defect.js';
import type { Logger } from './log.js';
import type { Runtime } from './runtime.js';

/** A runtime that stays open until it is given back. */
interface Lease {
  readonly runtime: Runtime;
  /** Gives it back; only the first call counts. */
  release(): void;
}

/** The runtime that new requests use, and those that older requests still need. */
export interface RuntimeHolder {
  readonly current: Runtime;
  /** Takes the current runtime; it is not closed before the lease is released. */
  lease(): Lease;
  /** Makes another runtime current. The one before is closed as soon as nobody has a lease of it. */
  replace(next: Runtime): void;
  /** Closes every runtime, leased or not, and resolves when all are closed; one that comes later is closed at once. */
  close(): Promise<void>;
}

export interface RuntimeHolderOptions {
  readonly log?: Logger;
  /** Told of each runtime once it is closed, also when closing it failed. */
  readonly onClosed?: (runtime: Runtime) => void;
}

interface Held {
  readonly runtime: Runtime;
  leases: number;
  closing?: Promise<void>;
}

export const createRuntimeHolder = (
  first: Runtime,
  { log, onClosed }: RuntimeHolderOptions = {},
): RuntimeHolder => {
  let current: Held = { runtime: first, leases: 0 };
  let closed = false;
  const open = new Set<Held>([current]);

  const shut = async (held: Held): Promise<void> => {
    try {
      await held.runtime.close();
    } catch (error) {
      log?.error({ defect: describeDefect(error) }, 'an old config could not be closed properly');
    }
    open.delete(held);
    onClosed?.(held.runtime);
  };
  /** Closing begins once, whoever asks for it. */
  const closeOnce = (held: Held): Promise<void> => {
    held.closing ??= shut(held);
    return held.closing;
  };

  return {
    get current() {
      return current.runtime;
    },
    lease() {
      const held = current;
      let released = false;
      held.leases += 1;
      return {
        runtime: held.runtime,
        release() {
          if (released) return;
          released = true;
          held.leases -= 1;
          if (held.leases === 0 && held !== current) void closeOnce(held);
        },
      };
    },
    replace(next) {
      const previous = current;
      current = { runtime: next, leases: 0 };
      open.add(current);
      if (previous.leases === 0) void closeOnce(previous);
      if (closed) void closeOnce(current);
    },
    async close() {
      closed = true;
      await Promise.all([...open].map(closeOnce));
    },
  };
};
