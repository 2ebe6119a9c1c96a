/** A request for a model of the wall. It is live: it tells how far its answer is. */
export interface WallRequest {
  /** As it was named, its key included. */
  readonly model: string;
  /** Counted from 1 for each model name; requests that were refused are counted apart. */
  readonly number: number;
  /** With the query. */
  readonly path: string;
  /** The request asked for a stream. */
  readonly stream: boolean;
  /** The fault turned it away: its switch was down, or its connection had been used before. */
  readonly refused: boolean;
  /** `performance.now()` of the wall's process, when the request had been read. */
  readonly arrivedAt: number;
  /** The same clock, when the client closed the connection before the fault had come to its end. */
  readonly closedEarlyAt?: number;
  /** The fault has come to its end, which may be a broken connection. */
  readonly finished: boolean;
  /** So many bytes of the body were taken by the socket. */
  readonly bytesSent: number;
}

/** The same while it is being answered. */
export type JournalEntry = { -readonly [Member in keyof WallRequest]: WallRequest[Member] };

/** Remembers what arrived, and counts it. */
export interface Journal {
  add(request: Pick<WallRequest, 'model' | 'path' | 'stream' | 'refused'>): JournalEntry;
  /** In the order of arrival; the newest `journalLength` of all models. */
  list(model?: string): readonly WallRequest[];
  /** Forgets the requests and their numbers. */
  clear(): void;
}

/** A wall may stand for days: older requests are forgotten, their numbers are not. */
const journalLength = 10_000;

/** Makes an empty journal. */
export const createJournal = (): Journal => {
  let entries: JournalEntry[] = [];
  let counts = new Map<string, number>();

  return {
    add(request) {
      const counter = `${request.refused} ${request.model}`;
      const number = (counts.get(counter) ?? 0) + 1;
      counts.set(counter, number);
      const entry = { ...request, number, arrivedAt: performance.now(), finished: false, bytesSent: 0 };
      if (entries.length >= journalLength) entries.shift();
      entries.push(entry);
      return entry;
    },
    list: (model) => entries.filter((entry) => model === undefined || entry.model === model),
    clear() {
      entries = [];
      counts = new Map();
    },
  };
};
