/** A duration in milliseconds as a message says it: `250 ms`, `10 s`, `1.5 s`. */
export const formatDuration = (ms: number): string =>
  ms < 1000 ? `${ms} ms` : `${Math.round(ms / 10) / 100} s`;
