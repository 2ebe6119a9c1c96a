// What must hold, and what is aimed at. `hard` is the limit in CI, `more` says that more is better.
import { number } from './format.mjs';
import { isNative, mostHeld, one, quotient, worst } from './read.mjs';

/** Without zeros at the end: a limit is written as it is given, 2 and not 2.00. */
const short = (value) => Number(number(value));

const unit = {
  times: (value) => `${short(value)} ×`,
  share: (value) => `${value.toFixed(3)} ×`,
  milliseconds: (value) => `${short(value)} ms`,
  mebibytes: (value) => `${short(value)} MiB`,
  megabytes: (value) => `${short(value)} MB`,
  count: (value) => `${value}`,
};

const cpu = ({ cpu: { ratio } }) => ratio.median;
const rate = ({ perSecond: { ratio } }) => ratio.median;
const addedToFirst = ({ added }) => added.p50;
const ofStream = ({ stream }) => stream.ratio.median;

const row = (name, [must, aim, hard], unitOf, read) => ({ name, must, aim, hard, unit: unitOf, read });
const atLeast = (...given) => ({ ...row(...given), more: true });

export const rows = [
  row(
    'CPU per whole request of 1 KB, native front',
    [2, 1.5, 2.8],
    unit.times,
    worst('whole-1k', cpu, isNative),
  ),
  row('CPU per whole request of 32 KB', [1.3, 0.8], unit.times, worst('whole-32k', cpu)),
  row('CPU per whole request of 256 KB', [1.3, 0.8], unit.times, worst('whole-256k', cpu)),
  row('CPU per stream of 50 chunks, native front', [2, 1.5], unit.times, worst('stream-50', cpu, isNative)),
  atLeast('requests a second against Portkey', [5, 7], unit.times, one('peer-whole', 'portkey', rate)),
  atLeast('requests a second against @musistudio/llms', [3, 5], unit.times, one('peer-whole', 'llms', rate)),
  atLeast('streams a second against Portkey', [2, 2.5], unit.times, one('peer-stream', 'portkey', rate)),
  row(
    'open loop, p50',
    [1.6, 1.3],
    unit.times,
    worst('open-loop', ({ ratio }) => ratio.p50.median),
  ),
  row(
    'open loop, p99',
    [3, 2],
    unit.times,
    worst('open-loop', ({ ratio }) => ratio.p99.median),
  ),
  row(
    'time to first token added to direct, p50',
    [8, 4],
    unit.milliseconds,
    worst('first-token', addedToFirst),
  ),
  row(
    'the same against Portkey',
    [1 / 4, 1 / 8],
    unit.share,
    quotient(one('first-token', 'chatd-openai', addedToFirst), one('first-token', 'portkey', addedToFirst)),
  ),
  row(
    'memory per 1,000 held streams',
    [60, 45],
    unit.mebibytes,
    mostHeld(({ perThousand }) => perThousand),
  ),
  row(
    'held streams that were lost',
    [0, 0],
    unit.count,
    mostHeld(({ count, complete }) => count - complete),
  ),
  row(
    'request cost while streams are held',
    [1.3, 1.05],
    unit.times,
    mostHeld(({ costRatio }) => costRatio),
  ),
  row(
    'caller leaves → upstream closed, all of them, p99',
    [50, 10, 50],
    unit.milliseconds,
    worst('leave', ({ closed, asked, latency }) =>
      closed === asked ? latency.p99 : Number.POSITIVE_INFINITY,
    ),
  ),
  row(
    'held for a reader that stopped, a stream',
    [2, 0.7, 2],
    unit.mebibytes,
    worst('stall', ({ perStream }) => perStream),
  ),
  row(
    'RSS after 200,000 requests',
    [20, 10],
    unit.mebibytes,
    worst('leak', ({ whole }) => whole.grown),
  ),
  row(
    'its slope in the second half, per 100,000',
    [5, 2],
    unit.mebibytes,
    worst('leak', ({ whole }) => whole.slope),
  ),
  row(
    'RSS idle after start',
    [110, 80],
    unit.megabytes,
    worst('start', ({ idle }) => (idle.median * 2 ** 20) / 1e6),
  ),
  row(
    'start to ready',
    [900, 500],
    unit.milliseconds,
    worst('start', ({ readyMs }) => readyMs.median),
  ),
  // Both were measured in pairs with the same baseline, so that their ratios can be compared.
  atLeast(
    'one provider in process, per streamed chunk, cheaper than the AI SDK',
    [3, 5],
    unit.times,
    quotient(one('in-process', 'ai-sdk', ofStream), one('in-process', 'provider-openai-compat', ofStream)),
  ),
];
