import { type ChatMiddleware, type ErrorCode, isContentEvent, toChatError } from '@lakehouse/chat-core';
import { Line } from './line.js';
import { observing } from './observing.js';
import { outerFailure, type TargetName } from './policy-context.js';

/** How measurements age; both have defaults. */
export interface TargetLoadOptions {
  /** How fast what was measured is forgotten: after so many milliseconds about a third of it is left; default 30,000. */
  readonly decayMs?: number;
  /** What a failure before the first content counts as, in milliseconds, if it took less; default 10,000. */
  readonly penaltyMs?: number;
}

/** How busy and how slow targets are, as the attempts that go through `observe` find them. */
export interface TargetLoad {
  /** Goes around each attempt at this target. */
  observe(target: TargetName): ChatMiddleware;
  /** How many attempts have begun and are not over. */
  inFlight(target: TargetName): number;
  /**
   * Moving average of the milliseconds to the first content. It fades towards 0 while nobody asks, so that a slow target
   * is tried again some day, and is never less than what the oldest attempt without content has waited already. 0 for a
   * target that is unknown, so that it gets measured, but `penaltyMs` while its first attempt is on its way, so that not
   * everybody is sent there meanwhile.
   */
  latencyMs(target: TargetName): number;
}

/** The most targets that are held. */
const mostTargets = 1000;

/** Less than a thousandth is left after so many times `decayMs`: unknown again. */
const forgottenAfter = 7;

/** How much a measurement counts at least beside those before it, however soon after them it comes. */
const leastWeight = 0.2;

/** Failures that the request brings about: a target that is known to answer others is not slower for them. */
const faultsOfRequest: ReadonlySet<ErrorCode> = new Set([
  'invalid-request',
  'content-filtered',
  'context-too-long',
  'unsupported',
] satisfies ErrorCode[]);

interface Load {
  inFlight: number;
  /** `performance.now()` of the beginning of those attempts that wait for their first content, oldest first. */
  readonly waiting: Line<number>;
  averageMs: number;
  measuredAt: number;
}

/** Measures targets for `balance`; one for each config, because it holds state. */
export const createTargetLoad = ({
  decayMs = 30_000,
  penaltyMs = 10_000,
}: TargetLoadOptions = {}): TargetLoad => {
  const loads = new Map<string, Load>(); // the one that was asked last comes last

  const ageOf = ({ measuredAt }: Load): number => (performance.now() - measuredAt) / decayMs;
  const isKnown = (load: Load): boolean => ageOf(load) < forgottenAfter;
  const fadedMs = (load: Load): number => (isKnown(load) ? load.averageMs * Math.exp(-ageOf(load)) : 0);
  const set = (load: Load, averageMs: number): void => {
    load.averageMs = averageMs;
    load.measuredAt = performance.now();
  };
  /** The longer the last measurement is ago, the more the new one counts; a cold first call must not count for long. */
  const measure = (load: Load, ms: number): void => {
    const weight = isKnown(load) ? Math.max(leastWeight, 1 - Math.exp(-ageOf(load))) : 1;
    set(load, load.averageMs * (1 - weight) + ms * weight);
  };

  /** An attempt that ended before its content would have taken at least so long: that can only raise the average. */
  const measureEnd = (load: Load, waitedMs: number, code: ErrorCode): void => {
    if (faultsOfRequest.has(code) && isKnown(load)) return;
    const ms = code === 'aborted' ? waitedMs : Math.max(waitedMs, penaltyMs);
    if (ms > fadedMs(load)) set(load, ms);
  };

  const makeRoom = (): void => {
    for (const [name, load] of loads) if (load.inFlight === 0 && !isKnown(load)) loads.delete(name);
    if (loads.size < mostTargets) return;
    for (const [name, load] of loads) {
      if (load.inFlight > 0) continue;
      loads.delete(name);
      return;
    }
  };

  const open = (target: TargetName): Load => {
    const name = nameOf(target);
    let load = loads.get(name);
    if (load && loads.size === 1) return load; // to move the only one within the map would make it grow
    if (load) loads.delete(name);
    else makeRoom();
    load ??= { inFlight: 0, waiting: new Line(), averageMs: 0, measuredAt: Number.NEGATIVE_INFINITY };
    if (loads.size < mostTargets) loads.set(name, load);
    return load;
  };

  return {
    observe: (target) =>
      observing((_request, context) => {
        const load = open(target);
        const attempt = load.waiting.enter(performance.now());
        load.inFlight += 1;
        let waits = true;
        let code: ErrorCode = 'aborted'; // unless told otherwise, the consumer has closed the stream
        return {
          see(event) {
            if (!waits || !isContentEvent(event)) return;
            waits = false;
            load.waiting.leave(attempt);
            measure(load, performance.now() - attempt.value);
          },
          complete() {
            code = 'bad-response';
          },
          fail(error) {
            ({ code } = toChatError(error, { signal: context.signal }));
            return error;
          },
          over() {
            load.inFlight -= 1;
            if (!waits) return;
            load.waiting.leave(attempt);
            measureEnd(load, performance.now() - attempt.value, outerFailure(context)?.code ?? code);
          },
        };
      }),
    inFlight: (target) => loads.get(nameOf(target))?.inFlight ?? 0,
    latencyMs: (target) => {
      const load = loads.get(nameOf(target));
      if (!load) return 0;
      const oldest = load.waiting.first;
      if (oldest === undefined) return fadedMs(load);
      return Math.max(isKnown(load) ? fadedMs(load) : penaltyMs, performance.now() - oldest);
    },
  };
};

/** A provider's id has no slash. */
const nameOf = ({ provider, model }: TargetName): string => `${provider}/${model}`;
