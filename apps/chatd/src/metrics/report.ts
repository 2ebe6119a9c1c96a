/** A value with its labels. */
interface Sample {
  readonly value: number;
  readonly labels: Readonly<Record<string, string | number>>;
  /** Of a histogram: which of its series it belongs to. */
  readonly metricName?: string;
}

/** One metric of one process; it can be sent to another one. */
export interface MetricReport {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  /** How prom-client treats series of the same labels. There are none: those of each process have its number. */
  readonly aggregator: 'sum';
  readonly values: readonly Sample[];
}

/** All metrics of one process. */
export type MetricsReport = readonly MetricReport[];

/** All metrics of a service in the format of Prometheus. */
export interface MetricsText {
  readonly contentType: string;
  readonly text: string;
}
