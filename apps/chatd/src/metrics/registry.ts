import { AggregatorRegistry, collectDefaultMetrics, Registry } from 'prom-client';
import { createCallCounters } from './call-counters.js';
import type { CallRecord } from './call-record.js';
import { createModelNames } from './model-names.js';
import type { ProcessState } from './process-state.js';
import type { MetricReport, MetricsReport, MetricsText } from './report.js';
import { createStateGauges } from './state-gauges.js';

/** The metrics of this process, and how those of several become one text. */
export interface MetricsRegistry {
  count(record: CallRecord): void;
  report(state: ProcessState): Promise<MetricsReport>;
  format(reports: readonly MetricsReport[]): Promise<MetricsText>;
}

type MetricObject = Awaited<ReturnType<Registry['getMetricsAsJSON']>>[number];

/** What Node calls the shortest delay of the event loop, in seconds, as long as it has seen none. */
const shortestOfNone = 2 ** 63 / 1e9;

const isKnown = ({ value }: { readonly value: number }): boolean =>
  Number.isFinite(value) && value !== shortestOfNone;

/** A copy, as counting goes on. What is not known yet, such as the mean of nothing, is left out. */
const toReport = ({ name, help, type, values }: MetricObject): MetricReport => ({
  name,
  help,
  type: String(type),
  aggregator: 'sum',
  values: values.filter(isKnown).map(({ value, labels, ...series }) => ({
    value,
    labels: { ...labels } as Record<string, string>,
    ...series,
  })),
});

const format = async (reports: readonly MetricsReport[]): Promise<MetricsText> => {
  const merged = AggregatorRegistry.aggregate([...reports]);
  return { contentType: merged.contentType, text: await merged.metrics() };
};

/** Everything that prom-client has to do with. `worker` is the number of this process, where several serve. */
export const createMetricsRegistry = (worker?: number): MetricsRegistry => {
  const registry = new Registry();
  if (worker !== undefined) registry.setDefaultLabels({ worker: String(worker) });
  const names = createModelNames();
  const count = createCallCounters(registry, names);
  const setGauges = createStateGauges(registry, names);
  let watchesProcess = false;
  return {
    count,
    async report(state) {
      // They have a timer of a hundredth of a second, which wakes an idle process: not where nobody looks.
      if (!watchesProcess) collectDefaultMetrics({ register: registry });
      watchesProcess = true;
      setGauges(state);
      return (await registry.getMetricsAsJSON()).map(toReport);
    },
    format,
  };
};
