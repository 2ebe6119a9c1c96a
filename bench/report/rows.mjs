// What must hold, and what it is aimed at. Each row takes its number from the results of a run.

const times = (value) => `${value} ×`;
const milliseconds = (value) => `${value} ms`;
const mebibytes = (value) => `${value} MiB`;

/** The worst of chatd's subjects: a row holds only when it holds for all that were measured. */
const worst = (results, measure, read, subjects = /^chatd-/) => {
  const values = results
    .filter((result) => result.measure === measure && subjects.test(result.subject) && result.values)
    .map(({ values: found }) => read(found));
  return values.length === 0 ? undefined : Math.max(...values);
};

const one = (results, measure, subject, read) => {
  const result = results.find((each) => each.measure === measure && each.subject === subject && each.values);
  return result && read(result.values);
};

/** Of the runs with held streams only the one with the most counts. */
const mostHeld = (results, read) => {
  const found = results.filter(
    ({ measure, subject, values }) => measure === 'held' && /^chatd-/.test(subject) && values,
  );
  const count = Math.max(...found.map(({ values }) => values.count));
  return worst(
    found.filter(({ values }) => values.count === count),
    'held',
    read,
  );
};

const native = /^chatd-native/;
const cpuRatio = (values) => values.cpu.ratio.median;
const rateRatio = (values) => values.perSecond.ratio.median;

export const rows = [
  {
    name: 'CPU per whole request of 1 KB, native front',
    must: 2,
    aim: 1.5,
    hard: 2.8,
    unit: times,
    read: (all) => worst(all, 'whole-1k', cpuRatio, native),
  },
  {
    name: 'CPU per whole request of 32 KB',
    must: 1.3,
    aim: 0.8,
    unit: times,
    read: (all) => worst(all, 'whole-32k', cpuRatio),
  },
  {
    name: 'CPU per whole request of 256 KB',
    must: 1.3,
    aim: 0.8,
    unit: times,
    read: (all) => worst(all, 'whole-256k', cpuRatio),
  },
  {
    name: 'CPU per stream of 50 chunks, native front',
    must: 2,
    aim: 1.5,
    unit: times,
    read: (all) => worst(all, 'stream-50', cpuRatio, native),
  },
  {
    name: 'requests a second against Portkey',
    must: 5,
    aim: 7,
    more: true,
    unit: times,
    read: (all) => one(all, 'peer-whole', 'portkey', rateRatio),
  },
  {
    name: 'requests a second against @musistudio/llms',
    must: 3,
    aim: 5,
    more: true,
    unit: times,
    read: (all) => one(all, 'peer-whole', 'llms', rateRatio),
  },
  {
    name: 'streams a second against Portkey',
    must: 2,
    aim: 2.5,
    more: true,
    unit: times,
    read: (all) => one(all, 'peer-stream', 'portkey', rateRatio),
  },
  {
    name: 'open loop, p50',
    must: 1.6,
    aim: 1.3,
    unit: times,
    read: (all) => worst(all, 'open-loop', ({ ratio }) => ratio.p50.median),
  },
  {
    name: 'open loop, p99',
    must: 3,
    aim: 2,
    unit: times,
    read: (all) => worst(all, 'open-loop', ({ ratio }) => ratio.p99.median),
  },
  {
    name: 'time to first token added to direct, p50',
    must: 8,
    aim: 4,
    unit: milliseconds,
    read: (all) => worst(all, 'first-token', ({ added }) => added.p50),
  },
  {
    name: 'the same against Portkey',
    must: 1 / 4,
    aim: 1 / 8,
    unit: (value) => times(value.toFixed(3)),
    read: againstPortkey,
  },
  {
    name: 'memory per 1,000 held streams',
    must: 60,
    aim: 45,
    unit: mebibytes,
    read: (all) => mostHeld(all, ({ perThousand }) => perThousand),
  },
  {
    name: 'held streams that were lost',
    must: 0,
    aim: 0,
    unit: String,
    read: (all) => mostHeld(all, ({ count, complete }) => count - complete),
  },
  {
    name: 'request cost while streams are held',
    must: 1.3,
    aim: 1.05,
    unit: times,
    read: (all) => mostHeld(all, ({ costRatio }) => costRatio),
  },
  {
    name: 'caller leaves → upstream closed, all of them, p99',
    must: 50,
    aim: 10,
    hard: 50,
    unit: milliseconds,
    read: (all) =>
      worst(all, 'leave', ({ closed, asked, latency }) =>
        closed === asked ? latency.p99 : Number.POSITIVE_INFINITY,
      ),
  },
  {
    name: 'bytes held for a reader that stopped, a stream',
    must: 2,
    aim: 0.7,
    hard: 2,
    unit: mebibytes,
    read: (all) => worst(all, 'stall', ({ perStream }) => perStream),
  },
  {
    name: 'RSS after 200,000 requests',
    must: 20,
    aim: 10,
    unit: mebibytes,
    read: (all) => worst(all, 'leak', ({ whole }) => whole.grown),
  },
  {
    name: 'its slope in the second half, per 100,000',
    must: 5,
    aim: 2,
    unit: mebibytes,
    read: (all) => worst(all, 'leak', ({ whole }) => whole.slope),
  },
  {
    name: 'RSS idle after start',
    must: 110,
    aim: 80,
    unit: (value) => `${value} MB`,
    read: (all) => worst(all, 'start', ({ idle }) => (idle.median * 2 ** 20) / 1e6),
  },
  {
    name: 'start to ready',
    must: 900,
    aim: 500,
    unit: milliseconds,
    read: (all) => worst(all, 'start', ({ readyMs }) => readyMs.median),
  },
  {
    name: 'one provider in process, per streamed chunk, cheaper than the AI SDK',
    must: 3,
    aim: 5,
    more: true,
    unit: times,
    read: cheaperThanAiSdk,
  },
];

function againstPortkey(all) {
  const [own, peer] = ['chatd-openai', 'portkey'].map((name) =>
    one(all, 'first-token', name, ({ added }) => added.p50),
  );
  return own === undefined || peer === undefined ? undefined : own / peer;
}

/** Both were measured in pairs with the same baseline, so that their ratios can be compared. */
function cheaperThanAiSdk(all) {
  const ratioOf = (name) => one(all, 'in-process', name, ({ stream }) => stream.ratio.median);
  const [own, peer] = ['provider-openai-compat', 'ai-sdk'].map(ratioOf);
  return own === undefined || peer === undefined ? undefined : peer / own;
}

const holds = (value, limit, more) => (more ? value >= limit : value <= limit);

/** The rows with their values: `value` is undefined where a run did not measure it. */
export const judge = (results) =>
  rows.map(({ read, ...row }) => {
    const value = read(results);
    if (value === undefined) return row;
    return {
      ...row,
      value,
      mustHolds: holds(value, row.must, row.more),
      aimHolds: holds(value, row.aim, row.more),
      ...(row.hard !== undefined && { hardHolds: holds(value, row.hard, row.more) }),
    };
  });
