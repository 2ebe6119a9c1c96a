import { AggregatorRegistry, Registry } from 'prom-client';
import { createCallCounters } from './call-counters.js';
import type { CallRecord } from './call-record.js';
import { createModelNames } from './model-names.js';
import { createProcessMetrics } from './process-metrics.js';
import type { ProcessState } from './process-state.js';
import type { MetricReport, MetricsReport, MetricsText } from './report.js';
import { createStateGauges } from './state-gauges.js';

/** The metrics of this process, and how those of several become one text. */
export interface MetricsRegistry {
  count(records: readonly CallRecord[]): void;
  report(state: ProcessState): Promise<MetricsReport>;
  format(reports: readonly MetricsReport[]): Promise<MetricsText>;
}

type MetricObject = Awaited<ReturnType<Registry['getMetricsAsJSON']>>[number];

/** A copy, as counting goes on. What is no number is unknown, and left out: it could not be sent to another process. */
const toReport = ({ name, help, type, values }: MetricObject): MetricReport => ({
  name,
  help,
  type: String(type),
  aggregator: 'sum',
  values: values
    .filter(({ value }) => Number.isFinite(value))
    .map(({ value, labels, ...series }) => ({
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
  createProcessMetrics(registry);
  return {
    count,
    async report(state) {
      setGauges(state);
      return (await registry.getMetricsAsJSON()).map(toReport);
    },
    format,
  };
};
