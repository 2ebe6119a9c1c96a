import type { Drain } from './drain.js';
import type { Logger } from './log.js';
import type { Metrics } from './metrics/metrics.js';
import type { Gather } from './reports.js';
import type { RuntimeHolder } from './runtime-holder.js';

/** What the routes share. A route gets its runtime from `createLeasedRoute`, which keeps it open. */
export interface Service {
  readonly runtimes: RuntimeHolder;
  readonly drain: Drain;
  readonly log: Logger;
  /** Of this process; they outlive a reload. */
  readonly metrics: Metrics;
  /** Made at the start, one for all processes: by it a request that comes back is recognised. */
  readonly instanceId: string;
  /** What the other processes report, where several serve. */
  readonly gather?: Gather;
}
