import type { ChatEvent } from '@lakehouse/chat-core';
import type { CircuitBreaker, TargetName } from '@lakehouse/chat-policies';
import type { Generation, Send, Ticket, ToPrimary, ToWorker } from './messages.js';

type ProbeAnswer = Extract<ToWorker, { readonly type: 'probe-answer' }>;

/** The worker's side of circuits that all workers share. */
export interface SharedCircuits {
  /** A breaker of this config that asks before it lets a probe through. */
  share(own: CircuitBreaker, generation: Generation): CircuitBreaker;
  handle(answer: ProbeAnswer): void;
}

export const createSharedCircuits = (send: Send<ToPrimary>): SharedCircuits => {
  const asked = new Map<Ticket, (granted: boolean) => void>();
  let last: Ticket = 0;

  const mayProbe = (generation: Generation, target: TargetName): Promise<boolean> =>
    new Promise((resolve) => {
      last += 1;
      asked.set(last, resolve);
      send({ type: 'probe', ticket: last, generation, target });
    });

  return {
    share: (own, generation) => ({
      ...own,
      guard: (target) => (next) => {
        const guarded = own.guard(target)(next);
        const probe = async function* (...call: Parameters<typeof guarded>): AsyncGenerator<ChatEvent> {
          const granted = await mayProbe(generation, target);
          try {
            // Without the permission another worker tries the target: the circuit knows by now, and refuses.
            yield* guarded(...call);
          } finally {
            if (granted) send({ type: 'probe-over', generation, target });
          }
        };
        return (request, context) =>
          own.statusOf(target).state === 'half-open' ? probe(request, context) : guarded(request, context);
      },
    }),
    handle({ ticket, granted }) {
      asked.get(ticket)?.(granted);
      asked.delete(ticket);
    },
  };
};
