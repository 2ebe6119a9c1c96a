// The few statistics of this bench. Nothing here knows what is measured.

const ascending = (values) => [...values].sort((left, right) => left - right);

/** The value that the given share (0 to 1) of all does not exceed: the nearest rank, never between two values. */
export const percentile = (values, share) => {
  if (values.length === 0) return undefined;
  return ascending(values)[Math.max(0, Math.ceil(share * values.length) - 1)];
};

/** The middle one, or the mean of the middle two. */
export const median = (values) => {
  if (values.length === 0) return undefined;
  const sorted = ascending(values);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};

/** Median, least and most of some values. */
export const spread = (values) => ({
  median: median(values),
  min: values.length === 0 ? undefined : Math.min(...values),
  max: values.length === 0 ? undefined : Math.max(...values),
  count: values.length,
});

/** The percentiles that a latency is told by. */
export const latencies = (values) => ({
  count: values.length,
  p50: percentile(values, 0.5),
  p90: percentile(values, 0.9),
  p99: percentile(values, 0.99),
  p999: percentile(values, 0.999),
  max: percentile(values, 1),
});

/** The slope of a line through points `[x, y]` (least squares); 0 where all have the same x. */
export const slope = (points) => {
  const mean = (index) => points.reduce((sum, point) => sum + point[index], 0) / points.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  const width = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return width === 0 ? 0 : points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / width;
};
