import { mergeLoads, type ServiceLoad } from '../service-load.js';
import type { Send, Ticket, ToPrimary, ToWorker } from './messages.js';

/** An operator who looks waits so long for the other workers; a worker that is busy is left out. */
const gatherMs = 250;

/** Longer than the primary waits, which then answers with what it has. */
const answerMs = 2 * gatherMs;

/** Answers by the tickets of their questions; each comes once or not at all. */
const createQuestions = (ms: number) => {
  const asked = new Map<Ticket, (load: ServiceLoad) => void>();
  let last: Ticket = 0;
  return {
    ask: (put: (ticket: Ticket) => void): Promise<ServiceLoad> =>
      new Promise((resolve) => {
        last += 1;
        const ticket = last;
        const done = (load: ServiceLoad): void => {
          clearTimeout(timer);
          asked.delete(ticket);
          resolve(load);
        };
        const timer = setTimeout(() => done({}), ms);
        asked.set(ticket, done);
        put(ticket);
      }),
    answer: (ticket: Ticket, load: ServiceLoad): void => asked.get(ticket)?.(load),
  };
};

/** The worker's side: what is under way in all workers, asked for when somebody looks. */
export interface LoadGatherer {
  readonly gather: (own: ServiceLoad) => Promise<ServiceLoad>;
  handle(answer: Extract<ToWorker, { readonly type: 'load-gathered' }>): void;
}

export const createLoadGatherer = (send: Send<ToPrimary>): LoadGatherer => {
  const questions = createQuestions(answerMs);
  return {
    gather: async (own) =>
      mergeLoads([own, await questions.ask((ticket) => send({ type: 'gather-load', ticket }))]),
    handle: ({ ticket, load }) => questions.answer(ticket, load),
  };
};

type LoadMessage = Extract<ToPrimary, { readonly type: 'gather-load' | 'load' }>;

/** The primary's side. */
export interface LoadDesk {
  handle(message: LoadMessage): void;
  /** The worker is gone, or listens no more. */
  close(): void;
}

/** Makes the desks of workers that can ask for each other's load. */
export const createLoadExchange = (): { open(send: Send<ToWorker>): LoadDesk } => {
  const workers = new Set<Send<ToWorker>>();
  const questions = createQuestions(gatherMs);
  return {
    open(send) {
      workers.add(send);
      const gather = async (ticket: Ticket): Promise<void> => {
        const others = [...workers].filter((other) => other !== send);
        const loads = await Promise.all(
          others.map((other) =>
            questions.ask((question) => other({ type: 'report-load', ticket: question })),
          ),
        );
        send({ type: 'load-gathered', ticket, load: mergeLoads(loads) });
      };
      return {
        handle(message) {
          if (message.type === 'load') questions.answer(message.ticket, message.load);
          else void gather(message.ticket);
        },
        close: () => workers.delete(send),
      };
    },
  };
};
