import type { CallRecord } from './call-record.js';
import type { ProcessState } from './process-state.js';
import type { MetricsRegistry } from './registry.js';
import type { MetricsReport, MetricsText } from './report.js';

/** What runs once between two requests finds no cache warm; behind another record it does. */
const batchSize = 64;

/** Counts what this process does. */
export interface Metrics {
  /** Counts a call that has ended. */
  count(record: CallRecord): void;
  /** What was counted, and how the process stands. */
  report(state: ProcessState): Promise<MetricsReport>;
  /** The reports of all processes as one text. */
  format(reports: readonly MetricsReport[]): Promise<MetricsText>;
}

/**
 * Calls are held, as what is counted of them, until there are 64 or somebody looks. Only then is the library loaded, so that
 * neither the start nor a service at rest pays for it. `worker` is the number of this process, where several serve.
 */
export const createMetrics = (worker?: number): Metrics => {
  let pending: CallRecord[] = [];
  let registry: MetricsRegistry | undefined;
  let loading: Promise<MetricsRegistry> | undefined;

  const load = async (): Promise<MetricsRegistry> => {
    const { createMetricsRegistry } = await import('./registry.js');
    registry = createMetricsRegistry(worker);
    return registry;
  };
  const ready = (): Promise<MetricsRegistry> => {
    loading ??= load();
    return loading;
  };
  const flush = (to: MetricsRegistry): void => {
    const records = pending;
    pending = [];
    to.count(records);
  };

  return {
    count(record) {
      pending.push(record);
      if (pending.length < batchSize) return;
      if (registry) flush(registry);
      else void ready().then(flush); // a library that is not there ends the process, and is told
    },
    async report(state) {
      const to = await ready();
      flush(to);
      return to.report(state);
    },
    format: async (reports) => (await ready()).format(reports),
  };
};
