import { inMebibytes, liveOf, slopeOf } from './growth.mjs';

const sum = (counts) => Object.values(counts).reduce((total, count) => total + count, 0);

const describeCounts = (counts) =>
  Object.entries(counts)
    .sort(([, one], [, other]) => other - one)
    .map(([outcome, count]) => `${outcome} ${count}`)
    .join(', ');

const describeResources = ({ resources, sockets }) =>
  [...Object.entries(resources), ['sockets', sockets ?? 'unknown']]
    .map(([kind, count]) => `${kind} ${count}`)
    .join(', ');

const row = (name, text) => `  ${name.padEnd(20)}${text}`;

/** At most so many samples of a run, evenly spread. */
const some = (samples, most) =>
  samples.filter((_, index) => index % Math.max(1, Math.ceil(samples.length / most)) === 0);

const describeSample = ({ rss, heapUsed, resources, sockets }) =>
  `RSS ${inMebibytes(rss)}, heap ${inMebibytes(heapUsed)}, ` +
  `sockets ${sockets ?? resources.TCPSocketWrap ?? 0}, timers ${resources.Timeout ?? 0}, handles and requests ${sum(resources)}`;

/** What happened, as a table. */
export const summarize = ({ seed, traffic, samples, before, after, log, mostGrowth }) => {
  const [first] = samples;
  const half = samples.slice(Math.floor(samples.length / 2));
  const perMinute = (measure) => `${slopeOf(half, measure).toFixed(1)} MiB a minute`;
  return [
    `${traffic.made} calls with seed ${seed}; chatd wrote ${log.chats} lines for them:`,
    row('', describeCounts(log.outcomes)),
    'what came of them, by kind:',
    ...Object.entries(traffic.counts).map(([kind, counts]) =>
      row(kind, `${sum(counts)}: ${describeCounts(counts)}`),
    ),
    `the config was loaded anew ${log.reloaded} times, and refused ${log.refused} times`,
    'chatd on the way:',
    ...some(samples, 12).map((sample) =>
      row(`${((sample.at - first.at) / 1000).toFixed(0)} s`, describeSample(sample)),
    ),
    'growth in the second half:',
    row(
      'RSS',
      perMinute(({ rss }) => rss),
    ),
    row(
      'heap',
      perMinute(({ heapUsed }) => heapUsed),
    ),
    'at rest, after a garbage collection:',
    row(
      'before',
      `live ${inMebibytes(liveOf(before))}, RSS ${inMebibytes(before.rss)}; ${describeResources(before)}`,
    ),
    row(
      'afterwards',
      `live ${inMebibytes(liveOf(after))}, RSS ${inMebibytes(after.rss)}; ${describeResources(after)}`,
    ),
    row('bound', `live memory may grow by ${inMebibytes(mostGrowth)}`),
  ].join('\n');
};
