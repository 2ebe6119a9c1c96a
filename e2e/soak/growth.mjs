const mebibyte = 1024 * 1024;

/** The slope of a line through the samples (least squares), in MiB per minute. */
export const slopeOf = (samples, measure) => {
  const minutes = samples.map(({ at }) => at / 60_000);
  const values = samples.map((sample) => measure(sample) / mebibyte);
  const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  const [meanMinute, meanValue] = [mean(minutes), mean(values)];
  const spread = minutes.reduce((sum, minute) => sum + (minute - meanMinute) ** 2, 0);
  if (spread === 0) return 0;
  return (
    minutes.reduce((sum, minute, index) => sum + (minute - meanMinute) * (values[index] - meanValue), 0) /
    spread
  );
};

/** What is reachable after a garbage collection, in bytes. */
export const liveOf = ({ heapUsed, arrayBuffers }) => heapUsed + arrayBuffers;

/** In sentences, what is there now and was not there before. */
export const whatStayed = (before, after, mostGrowth) => {
  const stayed = Object.entries(after.resources)
    .filter(([kind, count]) => count > (before.resources[kind] ?? 0))
    .map(
      ([kind, count]) =>
        `${count} resources of the kind ${kind} are open, and ${before.resources[kind] ?? 0} were before`,
    );
  if (after.sockets !== undefined && after.sockets > before.sockets)
    stayed.push(`${after.sockets} sockets are open, and ${before.sockets} were before`);
  const growth = liveOf(after) - liveOf(before);
  if (growth > mostGrowth)
    stayed.push(
      `${(growth / mebibyte).toFixed(1)} MiB more memory is live than before, and ${mostGrowth / mebibyte} MiB may be`,
    );
  return stayed;
};

export const inMebibytes = (bytes) => `${(bytes / mebibyte).toFixed(1)} MiB`;
