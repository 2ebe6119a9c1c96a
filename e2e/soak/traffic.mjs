import { Agent } from 'node:http';
import { faults } from '@lakehouse/provider-testkit/fault-wall';
import { call, stall } from './call.mjs';
import { pick } from './random.mjs';
import { judge } from './truth.mjs';

const providers = ['lab', 'local', 'cloud'];
const tiers = ['rescued', 'cut', 'held', 'hedged', 'weighted', 'busy', 'quick'];
const floods = new Set(['endless', 'oversized-line']);
const quiet = faults.map(({ name }) => name).filter((name) => !floods.has(name) && name !== 'byte-a-second');

/** Calls of one model name at most, so that tables by model come to their bounds within a short run. */
const keys = 2000;

/** What the callers do, each as often as its weight says. A flood costs as much as a hundred others. */
const kinds = [
  { name: 'healthy', weight: 20, model: ({ key, any }) => `${any(providers)}/healthy@${key}` },
  { name: 'slow stream', weight: 8, model: ({ key, any }) => `${any(providers)}/slow-stream@${key}` },
  { name: 'a fault', weight: 40, model: ({ key, any }) => `${any(providers)}/${any(quiet)}@${key}` },
  { name: 'a tier', weight: 20, model: ({ any }) => any(tiers) },
  { name: 'a held stream', weight: 6, model: ({ key, any }) => `lab/${any(quiet)}@${key}`, held: true },
  { name: 'a narrow provider', weight: 8, model: ({ key }) => `narrow/slow-stream@${key}` },
  { name: 'a long sleep', weight: 4, model: ({ key }) => `patient/always-503@${key}`, leaves: 1 },
  { name: 'a byte a second', weight: 0.5, model: ({ key }) => `lab/byte-a-second@${key}` },
  { name: 'a flood', weight: 1, model: ({ key, any }) => `lab/${any([...floods])}@${key}`, flood: true },
  { name: 'a stalled reader', weight: 1, model: () => 'lab/endless@stalled', stalled: true },
];

/** Healthy targets; whoever does not leave must get their answer. A machine that is too busy shows as `timeout`. */
const mustAnswer = new Set(['healthy', 'slow stream']);
const mayFailWith = new Set(['ok', 'left', 'timeout']);

/**
 * Callers that come one after the other on `width` lanes, until they are told to stop. What is untrue about an answer
 * is collected in `lies`; `counts` says by kind what came of the calls.
 */
export const createTraffic = ({ url, wall, random, width, leaves }) => {
  const counts = {};
  const lies = [];
  let made = 0;
  let running = false;
  let flooding = false;

  const note = (kind, outcome) => {
    counts[kind] ??= {};
    counts[kind][outcome] = (counts[kind][outcome] ?? 0) + 1;
  };

  const plan = (kind, number) => {
    const any = (list) => list[Math.floor(random() * list.length)];
    const stream = kind.flood || kind.held || random() < 0.5;
    const leavesEarly = random() < (kind.leaves ?? leaves);
    return {
      model: kind.model({ key: number % keys, any }),
      stream,
      headers: kind.held ? { 'x-chatd-delivery': 'buffered' } : {},
      ...(leavesEarly && { leaveAfterMs: Math.floor(random() * 600) }),
      ...(kind.flood && { leaveAfterBytes: 8 * 1024 * 1024 }),
    };
  };

  const makeOne = async (agent) => {
    let kind = pick(random, kinds);
    if (kind.flood && flooding) kind = kinds[0];
    made += 1;
    const question = plan(kind, made);
    if (kind.stalled) {
      await stall(url, question.model, 500 + Math.floor(random() * 7000));
      note(kind.name, 'left');
      return;
    }
    flooding ||= kind.flood === true;
    const answer = await call(url, agent, question);
    if (kind.flood) flooding = false;
    const { outcome = 'no code', why } = await judge(wall, { ...answer, stream: question.stream });
    note(kind.name, outcome);
    if (why !== undefined) lies.push(`${question.model}: ${why}`);
    if (mustAnswer.has(kind.name) && !mayFailWith.has(outcome))
      lies.push(`${question.model} is healthy, but its caller got ${outcome}`);
  };

  return {
    counts,
    lies,
    get made() {
      return made;
    },
    /** No call begins from now on. */
    stop() {
      running = false;
    },
    /** Resolves when the last call is over and every connection of the callers is closed. */
    async run(ms) {
      running = true;
      const agent = new Agent({ keepAlive: true });
      const timer = setTimeout(() => {
        running = false;
      }, ms);
      const lane = async () => {
        while (running) await makeOne(agent);
      };
      try {
        await Promise.all(Array.from({ length: width }, lane));
      } finally {
        clearTimeout(timer);
        running = false;
        agent.destroy();
      }
    },
  };
};
