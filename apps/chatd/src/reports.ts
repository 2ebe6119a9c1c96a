import type { MetricsReport } from './metrics/report.js';
import type { ServiceLoad } from './service-load.js';

/** What the processes of a service tell each other when somebody looks, by what is asked for. */
export interface Reports {
  readonly load: ServiceLoad;
  readonly metrics: MetricsReport;
}

export type What = keyof Reports;

/** Asks the other processes; one that does not answer in time is left out. */
export type Gather = <Asked extends What>(what: Asked) => Promise<readonly Reports[Asked][]>;
