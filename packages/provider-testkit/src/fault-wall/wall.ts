import type { WallFault } from './fault.js';
import type { WallRequest } from './journal.js';

/** A running wall. */
export interface FaultWall {
  /** `http://127.0.0.1:<port>`, without a trailing slash. */
  readonly url: string;
  /** Every fault that a model name can ask for. */
  readonly faults: readonly WallFault[];
  /** What arrived, in the order of arrival, for one model name or for all; the newest 10 000. */
  requests(model?: string): readonly WallRequest[];
  /** Connections that are open now. */
  openSockets(): number;
  /** Requests that are being answered now. */
  openRequests(): number;
  /** Turns the switch of a `flapping` model name; throws a `RangeError` for one that has none. */
  setDown(model: string, down: boolean): void;
  /** Forgets all requests, counters and switches. */
  clear(): void;
  /** Closes the port and every socket. */
  close(): Promise<void>;
}
