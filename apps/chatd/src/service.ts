import type { Drain } from './drain.js';
import type { Logger } from './log.js';
import type { RuntimeHolder } from './runtime-holder.js';
import type { ServiceLoad } from './service-load.js';

/** What the routes share. A route gets its runtime from `createLeasedRoute`, which keeps it open. */
export interface Service {
  readonly runtimes: RuntimeHolder;
  readonly drain: Drain;
  readonly log: Logger;
  /** Made at the start, one for all processes: by it a request that comes back is recognised. */
  readonly instanceId: string;
  /** Where several processes serve: what is under way in all of them, given what is in this one. */
  readonly gatherLoad?: (own: ServiceLoad) => Promise<ServiceLoad>;
}
