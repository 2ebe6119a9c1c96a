import type { WallFault } from '@lakehouse/provider-testkit/fault-wall';
import type { Call, Code, Expected, Form } from './expected.js';
import { isFlood, limits } from './limits.js';

/** What the wall's words about a fault mean for a reader with time limits, where they are not all. */
interface Facts {
  /** A stream has content before it fails. */
  readonly contentFirst?: true;
  /** When a stream has its first content, if ever; at once when absent. */
  readonly contentAfterMs?: number;
  /** When the answer is complete, if ever; together with its first content when absent. */
  readonly completeAfterMs?: number;
  /** The answer exceeds what chatd holds of one, which is not asked for again. */
  readonly tooLarge?: true;
}

const never = Number.POSITIVE_INFINITY;
const cut: Facts = { contentFirst: true };

/** Half of a gzip holds less than one frame, so that `truncated-gzip` is not among those with content. */
const facts: Readonly<Record<string, Facts>> = {
  'once-cut': cut,
  'reset-in-body': cut,
  'cut-in-the-middle': cut,
  'cut-inside-a-character': cut,
  'ends-in-the-middle': cut,
  'malformed-chunk': cut,
  'short-content-length': cut,
  'malformed-json': cut,
  'error-in-the-stream': cut,
  'no-terminal': cut,
  'never-answers': { contentAfterMs: never },
  'headers-then-silence': { contentAfterMs: never },
  'heartbeats-only': { contentAfterMs: never },
  'byte-a-second': { contentAfterMs: never },
  'stall-in-the-middle': { contentFirst: true, completeAfterMs: never },
  'heartbeats-then-answer': { contentAfterMs: 500 },
  'slow-headers': { contentAfterMs: 1500 },
  'slow-first-token': { contentAfterMs: 1500 },
  'slow-stream': { contentFirst: true, completeAfterMs: 1000 },
  endless: { contentFirst: true, tooLarge: true },
  'oversized-line': { tooLarge: true },
};

/** The faults of which more is known here than the wall's own words. */
export const peculiar: readonly string[] = Object.keys(facts);

/** Errors after which the same target is asked again, and those that every other target would repeat. */
const retryable: ReadonlySet<Code> = new Set([
  'rate-limited',
  'overloaded',
  'unreachable',
  'bad-response',
  'upstream-failure',
  'timeout',
] satisfies Code[]);
const final: ReadonlySet<Code> = new Set(['invalid-request', 'content-filtered'] satisfies Code[]);

const timedOut = (phase: NonNullable<Call['phase']>, takesMs: number, afterContent = false): Call => ({
  outcome: 'timeout',
  phase,
  takesMs,
  afterContent,
});

/** One call that asks its upstream for an answer in one piece: nothing but the total limit ends a silence. */
const wholeCall = ({ name, means }: WallFault): Call => {
  const { contentAfterMs = 0, completeAfterMs = contentAfterMs } = facts[name] ?? {};
  if (completeAfterMs > limits.totalMs) return timedOut('total', limits.totalMs);
  return { outcome: means.whole, takesMs: completeAfterMs };
};

/** One call that asks for a stream; `held` says whether it is read as fast as it comes, and not passed on. */
const streamedCall = ({ name, means }: WallFault, held: boolean): Call => {
  const known = facts[name] ?? {};
  const { contentFirst: afterContent = false, contentAfterMs = 0, completeAfterMs = contentAfterMs } = known;
  if (contentAfterMs > limits.firstContentMs) return timedOut('first-content', limits.firstContentMs);
  if (name === 'endless' && !held) return timedOut('total', limits.totalMs, true);
  if (completeAfterMs > limits.totalMs) return timedOut('idle', limits.idleMs, afterContent);
  return { outcome: means.stream, takesMs: completeAfterMs, afterContent };
};

/** Whether the same target is asked again, and when: decision 0011. Undefined means no. */
const waitMs = (
  code: Code,
  call: Call,
  { name, retryAfterMs = 0 }: WallFault,
  tier: boolean,
): number | undefined => {
  if (!retryable.has(code) || call.phase === 'total' || facts[name]?.tooLarge) return undefined;
  if (tier && call.phase !== undefined) return undefined; // a silent target is not asked twice
  const longest = tier ? limits.maxDelayMs : limits.maxRetryAfterMs;
  return retryAfterMs <= longest ? retryAfterMs : undefined;
};

const derive = (fault: WallFault, form: Form, tier: boolean): Omit<Expected, 'withinMs'> => {
  const held = form !== 'stream';
  const call = form === 'whole' && !tier ? wholeCall(fault) : streamedCall(fault, held);
  const { outcome: code, phase, takesMs } = call;
  const one = (calls: number): readonly number[] => (tier ? [calls, 0] : [calls]);
  // It is asked while its switch is down, and on a connection that has been used.
  const passes = fault.answers === 'after-one-request' || fault.answers === 'on-a-new-connection';
  if (code === 'answer') return { by: 'first', calls: one(1), takesMs };

  const failed = { failedWith: code };
  const failure = { code, ...(phase && { phase }) };
  if (call.afterContent && !held)
    return { failure: { ...failure, afterContent: true }, calls: one(1), ...failed, takesMs };
  const wait = waitMs(code, call, fault, tier);
  if (wait !== undefined && passes) return { by: 'first', calls: one(2), ...failed, takesMs: wait };
  const calls = wait === undefined ? 1 : limits.attempts;
  const spentMs = calls * takesMs + (calls - 1) * (wait ?? 0);
  if (tier && !final.has(code)) return { by: 'second', calls: [calls, 1], ...failed, takesMs: spentMs };
  return {
    failure: { ...failure, afterContent: false },
    calls: one(calls),
    ...failed,
    takesMs: spentMs,
    ...(fault.retryAfterMs !== undefined && { retryAfter: Math.ceil(fault.retryAfterMs / 1000) }),
  };
};

/** What the caller must see, by the decisions 0010 to 0012 and what the wall says of the fault. */
export const expectationOf = (fault: WallFault, form: Form, tier: boolean): Expected => {
  const expected = derive(fault, form, tier);
  const longestMs = isFlood(fault.name, form !== 'stream') ? limits.floodMs : expected.takesMs;
  return { ...expected, withinMs: longestMs + limits.allowanceMs };
};
