import type { CircuitChange, CircuitNews, TargetName } from '@lakehouse/chat-policies';
import type { Generation, Send, ToPrimary, ToWorker } from './messages.js';

type CircuitMessage = Extract<ToPrimary, { readonly type: 'circuit-changed' | 'probe' | 'probe-over' }>;

/** What one worker tells of its circuits, and how it is told of those of the others. */
interface CircuitDesk {
  handle(message: CircuitMessage): void;
  /** Tells the worker of every circuit that is not closed, once it serves the current config. */
  inform(): void;
  /** The worker is gone: a call of it that tried a target is over. */
  close(): void;
}

/** Keeps the circuits of all workers alike, in the primary. */
export interface CircuitBoard {
  open(send: Send<ToWorker>): CircuitDesk;
  /** Another config begins, with all circuits closed; what is told of an older one counts no more. */
  begin(generation: Generation): void;
}

export interface CircuitBoardOptions {
  readonly generation: Generation;
  /** Told once of each change, whichever worker came first. */
  readonly onChange: (change: CircuitChange) => void;
}

/** A circuit that is not closed. */
interface Entry {
  readonly target: TargetName;
  state: 'open' | 'half-open';
  facts: Pick<CircuitNews, 'failures' | 'calls' | 'lastCode'>;
  /** `performance.now()` at which a call may try the target. */
  openUntil: number;
  /** Who is half-open before this has not heard yet that the circuit opened again. */
  readonly credibleFrom: number;
  /** Who tries it. */
  prober?: Send<ToWorker> | undefined;
}

const keyOf = ({ provider, model }: TargetName): string => `${provider}/${model}`; // no id holds a slash

const newsOf = ({ state, facts, openUntil, prober }: Entry): CircuitNews => ({
  state,
  ...facts,
  ...(state === 'open' && { retryInMs: Math.max(0, openUntil - performance.now()) }),
  probing: prober !== undefined,
});

export const createCircuitBoard = (options: CircuitBoardOptions): CircuitBoard => {
  const { onChange } = options;
  let { generation } = options;
  const workers = new Set<Send<ToWorker>>();
  const entries = new Map<string, Entry>();

  /** Tells all but the one that told it, who stands like that already. */
  const tellOthers = (teller: Send<ToWorker>, target: TargetName, news: CircuitNews): void => {
    for (const send of workers) if (send !== teller) send({ type: 'circuit', generation, target, news });
  };

  const onOpen = (teller: Send<ToWorker>, change: CircuitChange, known: Entry | undefined): void => {
    if (known?.state === 'open') return; // two noticed at the same time
    const { provider, model, failures, calls = failures, lastCode, retryInMs = 0 } = change;
    const entry: Entry = {
      target: { provider, model },
      state: 'open',
      facts: { failures, calls, ...(lastCode && { lastCode }) },
      openUntil: performance.now() + retryInMs,
      credibleFrom: performance.now() + retryInMs / 2,
    };
    entries.set(keyOf(change), entry);
    tellOthers(teller, entry.target, newsOf(entry));
    onChange(change);
  };

  const onHalfOpen = (change: CircuitChange, known: Entry | undefined): void => {
    // Each worker notices it by its own clock.
    if (known?.state !== 'open' || performance.now() < known.credibleFrom) return;
    known.state = 'half-open';
    onChange(change);
  };

  const onClosed = (teller: Send<ToWorker>, change: CircuitChange, known: Entry | undefined): void => {
    if (!known) return;
    entries.delete(keyOf(change));
    tellOthers(teller, known.target, { state: 'closed', failures: 0, calls: 0 });
    onChange(change);
  };

  const endProbe = (prober: Send<ToWorker>, entry: Entry | undefined): void => {
    if (entry?.prober !== prober) return;
    entry.prober = undefined;
    tellOthers(prober, entry.target, newsOf(entry));
  };

  /** Whether a call of this worker may try the target; the others learn of it before any of them is answered. */
  const beginProbe = (prober: Send<ToWorker>, target: TargetName): boolean => {
    const entry = entries.get(keyOf(target));
    if (entry?.state !== 'half-open' || entry.prober) return false;
    entry.prober = prober;
    tellOthers(prober, entry.target, newsOf(entry));
    return true;
  };

  const open = (send: Send<ToWorker>): CircuitDesk => {
    const change = (told: CircuitChange): void => {
      const known = entries.get(keyOf(told));
      if (told.to === 'open') onOpen(send, told, known);
      else if (told.to === 'half-open') onHalfOpen(told, known);
      else onClosed(send, told, known);
    };
    return {
      handle(message) {
        const isCurrent = message.generation === generation;
        if (message.type === 'probe') {
          const { ticket, target } = message;
          send({ type: 'probe-answer', ticket, granted: isCurrent && beginProbe(send, target) });
        } else if (!isCurrent) return;
        else if (message.type === 'probe-over') endProbe(send, entries.get(keyOf(message.target)));
        else change(message.change);
      },
      inform() {
        workers.add(send);
        for (const entry of entries.values()) {
          send({ type: 'circuit', generation, target: entry.target, news: newsOf(entry) });
        }
      },
      close() {
        workers.delete(send);
        for (const entry of entries.values()) endProbe(send, entry);
      },
    };
  };

  return {
    open,
    begin(next) {
      generation = next;
      entries.clear();
    },
  };
};
