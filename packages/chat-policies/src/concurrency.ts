import { type CallContext, ChatError, type ChatMiddleware, toChatError } from '@lakehouse/chat-core';
import { formatDuration } from './format-duration.js';
import { type Opened, openHolding, opening } from './opening.js';
import { createPlaces, type Places } from './places.js';
import { type PolicyContext, recordSkip, type TargetName } from './policy-context.js';
import { createWaitClock } from './wait-clock.js';

/** How many calls run and wait at a time. */
export interface ConcurrencyOptions {
  /** Calls that run at a time; absent: no limit. */
  readonly limit?: number;
  /** Calls that wait at most; 0 refuses at once what may not run at once. */
  readonly maxQueue: number;
  /** Milliseconds that a call waits at most. */
  readonly queueTimeoutMs: number;
}

/** Places for calls, shared by everything that it guards. */
export interface ConcurrencyLimit {
  /**
   * Holds a place from the first pull until the stream is over, in whatever way, and waits for one where none is free,
   * first come, first served. Refuses with `overloaded` when too many wait, when it waited too long, and at once while
   * another target is left, which may be free.
   */
  guard(target?: TargetName): ChatMiddleware;
  /**
   * Replaces the options. A higher limit lets waiting calls go at once, a lower one takes effect as running ones end;
   * those that wait already keep their place and their time.
   */
  configure(options: ConcurrencyOptions): void;
  /** Calls that hold a place. */
  readonly running: number;
  /** Calls that wait for one. */
  readonly queued: number;
}

/** Limits how many calls run at a time. `name` says in the errors whose limit it is; the places may be shared ones. */
export const createConcurrencyLimit = (
  name: string,
  initial: ConcurrencyOptions,
  places: Places = createPlaces(initial),
): ConcurrencyLimit => {
  let options = checked(initial);
  const leave = (): void => places.leave();
  let onTheirWay = 0; // they have a place, and begin within this turn

  const refuse = (reason: string, context: CallContext, target: TargetName | undefined): ChatError => {
    if (target) recordSkip(context, target, 'overloaded');
    const most = options.limit ?? places.running;
    const message = `${name} answers as many calls at a time as it may (${most}), and ${reason}`;
    return new ChatError('overloaded', message, { ...target, retryAfterMs: 1000 });
  };

  const wait = (context: CallContext, target: TargetName | undefined, mayWait: boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const { signal } = context;
      const { queueTimeoutMs } = options;
      const stop = (): void => {
        clock.stop();
        signal.removeEventListener('abort', leave);
      };
      const leave = (): void => {
        stop();
        withdraw();
        reject(toChatError(signal.reason, { ...target, signal }));
      };
      const clock = createWaitClock(queueTimeoutMs, () => {
        stop();
        withdraw();
        reject(refuse(`no place became free within ${formatDuration(queueTimeoutMs)}`, context, target));
      });
      signal.addEventListener('abort', leave, { once: true });
      clock.resume();
      const withdraw = places.seek({
        mayWait,
        admit() {
          stop();
          onTheirWay += 1;
          resolve();
        },
        refuse(waiting) {
          stop();
          reject(refuse(mayWait ? describeLine(waiting) : 'another target may be free', context, target));
        },
      });
    });

  /** A promise where there is something to wait for: also, who comes now does not begin before those let in just now. */
  const enter = (context: PolicyContext, target: TargetName | undefined): Promise<void> | undefined => {
    const { signal, alternatives = 0 } = context;
    if (signal.aborted) throw toChatError(signal.reason, { ...target, signal });
    if (places.take()) {
      if (onTheirWay === 0) return undefined;
      onTheirWay += 1;
      return Promise.resolve();
    }
    // What another target can answer now does not wait here.
    return wait(context, target, alternatives === 0);
  };

  return {
    guard: (target) =>
      opening((next) => (request, context) => {
        const { signal } = context;
        const open = (): Opened | Promise<Opened> => {
          onTheirWay -= 1;
          // It may have left in the moment in which its place came.
          if (signal.aborted) throw toChatError(signal.reason, { ...target, signal });
          return next(request, context);
        };
        const waiting = enter(context, target);
        if (!waiting) return openHolding(next, request, context, leave);
        return waiting.then(() => openHolding(open, request, context, leave));
      }),
    configure(changed) {
      options = checked(changed);
      places.configure(changed);
    },
    get running() {
      return places.running;
    },
    get queued() {
      return places.queued;
    },
  };
};

const describeLine = (waiting: number): string => {
  if (waiting === 0) return 'no call may wait';
  return `${waiting} more ${waiting === 1 ? 'is' : 'are'} waiting`;
};

const checked = (options: ConcurrencyOptions): ConcurrencyOptions => {
  const { limit, maxQueue, queueTimeoutMs } = options;
  if (limit !== undefined && !(limit >= 1)) throw new RangeError(`limit is ${limit}; it must be at least 1`);
  if (!(maxQueue >= 0)) throw new RangeError(`maxQueue is ${maxQueue}; it must be at least 0`);
  if (!(queueTimeoutMs >= 0))
    throw new RangeError(`queueTimeoutMs is ${queueTimeoutMs}; it must be at least 0`);
  return options;
};
