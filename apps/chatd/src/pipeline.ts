import { type ChatHandler, compose, type Route, type Target } from '@lakehouse/chat-core';
import { balance, type FallbackTarget, fallback, hedge, timeout } from '@lakehouse/chat-policies';
import type { Runtime } from './runtime.js';
import { toTarget } from './target-handler.js';

export interface PipelineOptions {
  /** Whether the caller wants the answer in pieces. */
  readonly stream: boolean;
  /** Whether this caller asked to have a streamed answer held until it is complete. */
  readonly buffered: boolean;
  /** How a target is called; by default with its provider's `stream`. */
  readonly call?: (target: Target) => ChatHandler;
  /** Told of each call of a provider as it is made. */
  readonly onCall: () => void;
  /** Told which target answers, just before its first event. */
  readonly onCommit: (target: { readonly provider: string; readonly model: string }) => void;
}

/** How long the layers below may take to book their attempt once the total is used up. */
const graceMs = 250;

type Order = (targets: readonly FallbackTarget[]) => readonly FallbackTarget[];

/** The targets of a route in the order in which one call asks them: group by group, each by its strategy. */
const createOrder = ({ groups }: Route, { load }: Runtime): Order => {
  let chosen: readonly FallbackTarget[] | undefined;
  return (targets) => {
    const named = new Map(targets.map((target) => [`${target.provider}/${target.model}`, target]));
    chosen ??= groups.flatMap(({ strategy, targets: group }) => {
      const members = group.flatMap(({ provider, model, weight = 1 }) => {
        const target = named.get(`${provider.id}/${model}`);
        return target ? [{ ...target, weight }] : [];
      });
      return strategy === 'fallback' ? members : balance(strategy, load)(members);
    });
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
  const { stream, call, onCall, onCommit } = options;
  const buffered = options.buffered || tier?.buffered === true;
  // A held answer has its first content at its end, so that a second attempt could not be timed.
  const hedgeMs = buffered ? undefined : tier?.hedgeMs;
  const targets = route.targets.map((target) =>
    toTarget(target, runtime, {
      retry: tier?.retry ?? {},
      held: buffered || (!stream && hedgeMs === undefined),
      streamed: route.targets.length > 1 || hedgeMs !== undefined,
      ...(call && { call }),
      onCall,
    }),
  );
  const order = createOrder(route, runtime);
  const service = [timeout({ totalMs, graceMs }), runtime.limits.service];
  if (hedgeMs === undefined) return compose(service)(fallback(targets, { order, onCommit }));

  // The second attempt asks the next target, and only that one: to lead on from a failure is up to the first.
  const orderOfSecond: Order = (all) => order(all).slice(all.length > 1 ? 1 : 0, 2);
  const begun: { first?: FallbackTarget; second?: FallbackTarget } = {};
  const attempt = (which: keyof typeof begun, ordered: Order): ChatHandler =>
    fallback(targets, {
      order: ordered,
      onCommit: (target) => {
        begun[which] = target;
      },
    });
  const hedged = hedge({
    delayMs: hedgeMs,
    second: attempt('second', orderOfSecond),
    onWin: (which) => {
      const target = begun[which];
      if (target) onCommit(target);
    },
  });
  return compose([...service, hedged])(attempt('first', order));
};
