// How much each kind of run does. Everything is bounded in count and in time.

const native = ['chatd-native'];
const whole = ['floor', 'chatd-native', 'chatd-native-ollama', 'chatd-openai', 'gateway'];

/** A run of minutes, whose numbers may be told. */
const usual = {
  generations: 3, // new processes for each: one process may have luck
  pairs: 3, // of each generation
  // `streams`: before streams are measured, which is 300,000 chunks; `stream`: beside the whole requests of other rows;
  // of larger requests so many of their own size after the small ones: 256 KB take milliseconds each
  warm: {
    whole: 30_000,
    stream: 600,
    streams: 6_000,
    'whole-32k': 30_000,
    'whole-32k-latin1': 30_000,
    'whole-256k': 2_000,
  },
  requests: {
    'whole-1k': 10_000,
    'whole-32k': 2_000,
    'whole-32k-latin1': 2_000,
    'whole-256k': 400,
    stream: 1_000,
  },
  subjects: { whole, sizes: ['floor', 'chatd-native', 'chatd-openai'], stream: whole, first: whole.slice(1) },
  open: { perSecond: 300, seconds: 10, pairs: 3, subjects: ['chatd-native', 'chatd-openai'] },
  burst: { streams: 32, rounds: 10 },
  held: {
    counts: [2_000, 4_000],
    everyMs: 5_000,
    warm: 30_000,
    requests: 15_000,
    pairs: 5,
    subjects: ['floor-json', ...native],
  },
  leave: { streams: 100, subjects: ['floor-json', ...native, 'chatd-openai', 'gateway'] },
  stall: { streams: 50, forMs: 6_000, subjects: ['floor-json', ...native, 'chatd-openai', 'gateway'] },
  start: { times: 5, idleMs: 2_000, subjects: ['floor-json', 'chatd-native', 'gateway'] },
  process: { warm: 2_000, whole: 2_000, streams: 300, pairs: 9 },
  leak: undefined,
};

/**
 * Under 90 seconds: says whether something is far off, not how far. After `limitMs` nothing is begun. Its requests of 1 KB
 * end behind the burst of compiling that comes at about the 10,600th of the floor and of chatd.
 */
const quick = {
  ...usual,
  limitMs: 84_000,
  generations: 1,
  pairs: 3,
  warm: {
    whole: 14_000,
    stream: 60,
    streams: 200,
    'whole-32k': 2_000,
    'whole-32k-latin1': 2_000,
    'whole-256k': 100,
  },
  requests: { 'whole-1k': 800, 'whole-32k': 300, 'whole-32k-latin1': 300, 'whole-256k': 60, stream: 60 },
  subjects: {
    whole: ['chatd-native', 'chatd-openai'],
    sizes: native,
    stream: native,
    first: ['chatd-native', 'chatd-openai'], // the latter for the ratio to a peer
  },
  open: { perSecond: 300, seconds: 1, pairs: 3, subjects: native },
  burst: { streams: 32, rounds: 2 },
  held: { counts: [500], everyMs: 400, warm: 3_000, requests: 1_200, pairs: 3, subjects: native },
  leave: { streams: 100, subjects: native },
  stall: { streams: 50, forMs: 2_500, subjects: native },
  start: { times: 2, idleMs: 500, subjects: native },
  process: { warm: 300, whole: 300, streams: 40, pairs: 3 },
};

/**
 * The rows that are hard in CI, about half a minute. As warm as a usual run: code that is compiled later costs up to twice as
 * much, and a process whose space for young objects still grows seems to hold much for whatever it does.
 */
const ci = {
  ...quick,
  limitMs: 120_000,
  measures: ['whole-1k', 'leave', 'stall'],
  pairs: 5,
  warm: { whole: 30_000, stream: 60, streams: 60 },
  requests: { ...quick.requests, 'whole-1k': 1_500 },
  stall: { ...quick.stall, forMs: 3_000 },
  subjects: { ...quick.subjects, whole: native },
};

export const modes = {
  usual,
  quick,
  ci,
  full: {
    ...usual,
    leak: { warm: 20_000, requests: 200_000, streams: 20_000, slices: 20, subjects: native },
  },
};
