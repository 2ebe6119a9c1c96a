import type { Drain } from './drain.js';
import type { Logger } from './log.js';
import type { Runtime } from './runtime.js';

/** What the routes share. */
export interface Service {
  /** The runtime that new requests use. */
  readonly runtime: () => Runtime;
  readonly drain: Drain;
  readonly log: Logger;
}
