import { type ChatHandler, compose, type Route, type Target, type TierStrategy } from '@lakehouse/chat-core';
import {
  balance,
  type FallbackTarget,
  fallback,
  hedge,
  type TargetLoad,
  timeout,
  type WeightedTarget,
} from '@lakehouse/chat-policies';
import type { Runtime } from './runtime.js';
import { toTarget } from './target-handler.js';

export interface PipelineOptions {
  /** Whether the caller wants the answer in pieces. */
  readonly stream: boolean;
  /** Whether a call can be answered in pieces at all. */
  readonly streamable: boolean;
  /** Milliseconds of the request's time that its arrival has taken. */
  readonly elapsedMs: number;
  /** Whether this caller asked to have a streamed answer held until it is complete. */
  readonly buffered: boolean;
  /** How a target is called. */
  readonly call: (target: Target) => ChatHandler;
  /** Told of each call of a provider as it is made. */
  readonly onCall: () => void;
  /** Told which target answers, just before its first event. */
  readonly onCommit: (target: { readonly provider: string; readonly model: string }) => void;
}

/** How long the layers below may take to book their attempt once the total is used up. */
const graceMs = 250;

type Member = FallbackTarget & WeightedTarget;

/** The targets in the order in which one call asks them: group by group, each by its strategy. It is decided once. */
const createOrder = (
  groups: readonly { readonly strategy: TierStrategy; readonly members: readonly Member[] }[],
  load: TargetLoad,
): (() => readonly Member[]) => {
  let chosen: readonly Member[] | undefined;
  return () => {
    chosen ??= groups.flatMap(({ strategy, members }) =>
      strategy === 'fallback' ? members : balance(strategy, load)(members),
    );
    return chosen;
  };
};

/**
 * The policies around the targets of a route, in their one order: total budget → places of the service → second attempt
 * → fallback → (see `toTarget`). It is for one call.
 */
export const createPipeline = (runtime: Runtime, route: Route, options: PipelineOptions): ChatHandler => {
  const tier = route.tier === undefined ? undefined : runtime.config.tiers.get(route.tier);
  const { totalMs = runtime.config.totalMs } = tier ?? {};
  const leftMs = Math.max(1, totalMs - options.elapsedMs);
  const { stream, call, onCall, onCommit } = options;
  const buffered = options.buffered || tier?.buffered === true;
  // A held answer has its first content at its end, so that a second attempt could not be timed.
  const hedgeMs = buffered ? undefined : tier?.hedgeMs;
  const toMember = (target: Target): Member => ({
    ...toTarget(target, runtime, {
      retry: tier?.retry ?? {},
      held: buffered || (!stream && hedgeMs === undefined),
      streamed: options.streamable && (route.targets.length > 1 || hedgeMs !== undefined),
      call: call(target),
      onCall,
    }),
    weight: target.weight ?? 1,
  });
  const groups = route.groups.map(({ strategy, targets }) => ({ strategy, members: targets.map(toMember) }));
  const members = groups.flatMap((group) => group.members);
  const order = createOrder(groups, runtime.load);
  const service = [timeout({ totalMs: leftMs, graceMs }), runtime.limits.service];
  if (hedgeMs === undefined) return compose(service)(fallback(members, { order, onCommit }));

  const begun: { first?: Member; second?: Member } = {};
  let place = 0; // in the order, of whom the first attempt has come to
  const first = fallback(members, {
    order: () =>
      order().map((member, index) => ({
        ...member,
        handler: (request, context) => {
          place = index;
          return member.handler(request, context);
        },
      })),
    onCommit: (target) => {
      begun.first = target;
    },
  });
  const second = fallback(members, {
    // Whoever comes after that one, or it once more. Only one: to lead on from a failure is up to the first attempt.
    order: () =>
      order()
        .slice(place, place + 2)
        .slice(-1),
    onCommit: (target) => {
      begun.second = target;
    },
  });
  const onWin = (which: keyof typeof begun): void => {
    const target = begun[which];
    if (target) onCommit(target);
  };
  return compose([...service, hedge({ delayMs: hedgeMs, second, onWin })])(first);
};
