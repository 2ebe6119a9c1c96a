// The columns of each kind of table: a title, and the cell of one result.
import { number, several, withSpread } from './format.mjs';

/** What other processes used meanwhile: the most of any sample, in cores. */
const others = ({ pairs, samples }) => {
  const found = [];
  const collect = (value) => {
    if (Array.isArray(value)) value.forEach(collect);
    else if (value && typeof value === 'object') {
      if (typeof value.foreignCores === 'number') found.push(value.foreignCores + value.stolenCores);
      else Object.values(value).forEach(collect);
    }
  };
  collect([pairs, samples]);
  return found.length === 0 ? '–' : number(Math.max(...found), 2);
};

const subject = ['subject', (result) => result.subject];
const machine = ['other processes, cores at most', others];

const loop = [
  subject,
  ['CPU µs', ({ values }) => number(values.cpu.subject.median)],
  ['of the floor', ({ values }) => number(values.cpu.reference.median)],
  ['ratio (min–max)', ({ values }) => withSpread(values.cpu.ratio, 2)],
  ['a second', ({ values }) => number(values.perSecond.subject.median, 0)],
  ['p50 / p99 ms', ({ values }) => several([values.p50.subject.median, values.p99.subject.median], 1)],
  machine,
];

const streams = loop.toSpliced(2, 0, ['a chunk', ({ values }) => number(values.cpuPerChunk)]);

const beside = [
  ['beside', (result) => result.subject],
  ['chatd a second', ({ values }) => number(values.perSecond.subject.median, 0)],
  ['peer a second', ({ values }) => number(values.perSecond.reference.median, 0)],
  ['times as many (min–max)', ({ values }) => withSpread(values.perSecond.ratio, 2)],
  ['CPU µs, chatd / peer', ({ values }) => several([values.cpu.subject.median, values.cpu.reference.median])],
  machine,
];

const open = [
  subject,
  ['a second', ({ values }) => values.perSecond],
  [
    'direct p50 / p99 / p99.9 ms',
    ({ values }) => several([values.direct.p50, values.direct.p99, values.direct.p999], 2),
  ],
  ['floor-json', ({ values }) => several([values.floor.p50, values.floor.p99, values.floor.p999], 2)],
  ['subject', ({ values }) => several([values.own.p50, values.own.p99, values.own.p999], 2)],
  [
    'above direct',
    ({ values: { aboveDirect } }) => several([aboveDirect.p50, aboveDirect.p99, aboveDirect.p999], 2),
  ],
  [
    'ratio to floor-json, p50; p99',
    ({ values }) => `${withSpread(values.ratio.p50, 2)}; ${withSpread(values.ratio.p99, 2)}`,
  ],
  machine,
];

const first = [
  subject,
  ['direct p50 / p99 ms', ({ values }) => several([values.direct.p50, values.direct.p99], 1)],
  ['floor-json', ({ values }) => several([values.floor.p50, values.floor.p99], 1)],
  ['subject', ({ values }) => several([values.own.p50, values.own.p99], 1)],
  ['added', ({ values }) => several([values.added.p50, values.added.p99], 1)],
  ['added to a chunk, p50 / p99 ms', ({ values }) => several([values.hopAdded.p50, values.hopAdded.p99], 2)],
  machine,
];

const leave = [
  subject,
  ['closed upstream', ({ values }) => `${values.closed} of ${values.asked}`],
  ['p50 / p99 / most ms', ({ values: { latency } }) => several([latency.p50, latency.p99, latency.max], 1)],
  machine,
];

const stall = [
  subject,
  ['callers', ({ values }) => values.streams],
  ['RSS before / most, MiB', ({ values }) => several([values.before, values.most], 1)],
  ['MiB a stream', ({ values }) => number(values.perStream, 2)],
];

const held = [
  subject,
  ['RSS before / during, MiB', ({ values }) => several([values.idle, values.inside], 1)],
  ['MiB per 1,000', ({ values }) => number(values.perThousand, 1)],
  ['complete', ({ values }) => `${values.complete} of ${values.count}`],
  ['CPU µs of a request, none held', ({ values }) => withSpread(values.cost.alone)],
  ['while held', ({ values }) => withSpread(values.cost.during)],
  ['ratio', ({ values }) => number(values.costRatio, 2)],
  machine,
];

const start = [
  subject,
  ['ready after ms (min–max)', ({ values }) => withSpread(values.readyMs, 0)],
  ['RSS idle, MiB (min–max)', ({ values }) => withSpread(values.idle, 1)],
  machine,
];

const process = [
  subject,
  ['CPU µs a call', ({ values }) => number(values.whole.subject.median)],
  ['ratio to undici (min–max)', ({ values }) => withSpread(values.whole.ratio, 2)],
  ['CPU µs a stream', ({ values }) => number(values.stream.subject.median)],
  ['a chunk', ({ values }) => number(values.perChunk)],
  ['ratio to undici (min–max)', ({ values }) => withSpread(values.stream.ratio, 2)],
];

const leak = [
  subject,
  ['requests', ({ values }) => values.requests],
  ['RSS grown, MiB', ({ values }) => number(values.whole.grown, 1)],
  ['slope of the second half, MiB per 100,000', ({ values }) => number(values.whole.slope, 1)],
  ['streams', ({ values }) => values.streams],
  ['RSS grown, MiB', ({ values }) => number(values.stream.grown, 1)],
  ['slope', ({ values }) => number(values.stream.slope, 1)],
];

export const columns = { loop, streams, beside, open, first, leave, stall, held, start, process, leak };
