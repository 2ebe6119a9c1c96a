import { ChatError } from '@lakehouse/chat-core';

/** A request in flight. */
export interface InFlight {
  /** Ends it with the reason. */
  abort(reason: ChatError): void;
  /** Ends the connection of a caller that takes nothing any more. */
  destroy(): void;
}

/** Where a request in flight is kept. */
export interface Entry {
  readonly request: InFlight;
  index: number;
}

/** Keeps count of the requests in flight, so that a stopping service can let them finish. */
export interface Drain {
  readonly draining: boolean;
  readonly inFlight: number;
  /** How many have entered, all in all. */
  readonly entered: number;
  /** Takes a request in, until what this returns leaves, once. */
  enter(request: InFlight): Entry;
  leave(entry: Entry): void;
  /**
   * Refuses new requests from now on and resolves when the last one in flight is over. After `deadlineMs` those that
   * remain are ended with an error, and a moment later by closing their connection; the number of them is the result.
   */
  begin(deadlineMs: number): Promise<number>;
}

/** How long the error of the deadline may take to reach its caller. */
const graceMs = 1_000;

export const createDrain = (): Drain => {
  // No `Set`: see `Line` of chat-policies. Here the order says nothing, so that the last one takes the place that is free.
  const open: Entry[] = [];
  let entered = 0;
  let draining = false;
  let idle: (() => void) | undefined;
  return {
    get draining() {
      return draining;
    },
    get inFlight() {
      return open.length;
    },
    get entered() {
      return entered;
    },
    enter(request) {
      entered += 1;
      const entry = { request, index: open.length };
      open.push(entry);
      return entry;
    },
    leave({ index }) {
      const last = open.pop();
      if (last && last.index !== index) {
        open[index] = last;
        last.index = index;
      }
      if (open.length === 0) idle?.();
    },
    async begin(deadlineMs) {
      draining = true;
      if (open.length === 0) return 0;
      let cut = 0;
      const deadline = setTimeout(() => {
        cut = open.length;
        const reason = new ChatError('overloaded', 'The service stopped before the answer was complete');
        for (const { request } of open.slice()) request.abort(reason);
      }, deadlineMs);
      const end = setTimeout(() => {
        for (const { request } of open.slice()) request.destroy();
      }, deadlineMs + graceMs);
      await new Promise<void>((resolve) => {
        idle = resolve;
      });
      clearTimeout(deadline);
      clearTimeout(end);
      return cut;
    },
  };
};
