import type { Gather, Reports, What } from '../reports.js';
import type { Send, Ticket, ToPrimary, ToWorker } from './messages.js';

/**
 * How long who looks waits for the other workers; a worker that is busy is left out. A person looks at the load, and a
 * program that has seconds of time at the metrics, in which a busy worker is what one wants to see.
 */
const gatherMs: Readonly<Record<What, number>> = { load: 250, metrics: 2_000 };

/** The primary answers with what it has; who asked it waits a little longer than it does. */
const marginMs = 250;

/** Answers by the tickets of their questions; each comes once or not at all, which is `undefined`. */
const createQuestions = <Answer>() => {
  const asked = new Map<Ticket, (answer?: Answer) => void>();
  let last: Ticket = 0;
  return {
    ask: (ms: number, put: (ticket: Ticket) => void): Promise<Answer | undefined> =>
      new Promise((resolve) => {
        last += 1;
        const ticket = last;
        const done = (answer?: Answer): void => {
          clearTimeout(timer);
          asked.delete(ticket);
          resolve(answer);
        };
        const timer = setTimeout(done, ms);
        asked.set(ticket, done);
        put(ticket);
      }),
    answer: (ticket: Ticket, answer: Answer): void => asked.get(ticket)?.(answer),
    /** Whoever was asked is gone: nobody waits any longer. */
    giveUp: (): void => {
      for (const done of asked.values()) done();
    },
  };
};

/** The worker's side: what the other workers report, asked for when somebody looks. */
export interface Gatherer {
  readonly gather: Gather;
  handle(answer: Extract<ToWorker, { readonly type: 'gathered' }>): void;
}

export const createGatherer = (send: Send<ToPrimary>): Gatherer => {
  const questions = createQuestions<readonly Reports[What][]>();
  return {
    async gather<Asked extends What>(what: Asked) {
      const reports = await questions.ask(gatherMs[what] + marginMs, (ticket) =>
        send({ type: 'gather', ticket, what }),
      );
      return (reports ?? []) as readonly Reports[Asked][];
    },
    handle: ({ ticket, reports }) => questions.answer(ticket, reports),
  };
};

type ReportMessage = Extract<ToPrimary, { readonly type: 'gather' | 'reported' }>;

/** The primary's side. */
export interface ReportDesk {
  handle(message: ReportMessage): void;
  /** The worker is gone, or listens no more. */
  close(): void;
}

/** A worker that can be asked for its reports. */
const createAsked = (send: Send<ToWorker>) => {
  const { ask, answer, giveUp } = createQuestions<Reports[What]>();
  return {
    ask: (what: What) => ask(gatherMs[what], (ticket) => send({ type: 'report', ticket, what })),
    answer,
    giveUp,
  };
};

/** Makes the desks of workers that can ask for each other's reports, which are passed on as they come. */
export const createReportExchange = (): { open(send: Send<ToWorker>): ReportDesk } => {
  const workers = new Set<ReturnType<typeof createAsked>>();
  return {
    open(send) {
      const worker = createAsked(send);
      workers.add(worker);
      const gather = async (ticket: Ticket, what: What): Promise<void> => {
        const others = [...workers].filter((other) => other !== worker);
        const reports = await Promise.all(others.map((other) => other.ask(what)));
        send({ type: 'gathered', ticket, reports: reports.filter((report) => report !== undefined) });
      };
      return {
        handle(message) {
          if (message.type === 'reported') worker.answer(message.ticket, message.report);
          else void gather(message.ticket, message.what);
        },
        close() {
          workers.delete(worker);
          worker.giveUp();
        },
      };
    },
  };
};
