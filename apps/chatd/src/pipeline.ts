import {
  type Attempt,
  type CallContext,
  type ChatEvent,
  type ChatHandler,
  type ChatRequest,
  compose,
  type Target,
  type TierStrategy,
} from '@lakehouse/chat-core';
import {
  balance,
  type FallbackTarget,
  fallback,
  hedge,
  type PolicyContext,
  type TargetLoad,
  type WeightedTarget,
} from '@lakehouse/chat-policies';
import type { Exchange } from './exchange.js';
import type { Runtime } from './runtime.js';
import { toTarget } from './target-handler.js';

/** What one call brings along through the policies. It never reaches a provider. */
export interface PipelineContext extends PolicyContext {
  readonly exchange: Exchange;
  readonly attempts: Attempt[];
  readonly via: readonly string[];
  /** How a target is asked. */
  readonly ask: (target: Target, request: ChatRequest, context: CallContext) => AsyncIterable<ChatEvent>;
}

/** The policies around the targets of a route, for all calls of one kind. */
export interface Pipeline {
  /** For a call, its arrival included, in milliseconds. */
  readonly totalMs: number;
  /** The context must be a `PipelineContext`. */
  readonly handler: ChatHandler;
}

/** What a pipeline depends on beside the route. */
export interface PipelineKind {
  /** Whether the caller wants the answer in pieces. */
  readonly stream: boolean;
  /** Whether a call can be answered in pieces at all. */
  readonly streamable: boolean;
  /** Whether this caller asked to have a streamed answer held until it is complete. */
  readonly buffered: boolean;
}

type Member = FallbackTarget & WeightedTarget;

interface MemberGroup {
  readonly strategy: TierStrategy;
  readonly members: readonly Member[];
}

/** The targets in the order in which one call asks them: group by group, each by its strategy. */
const orderOf = (groups: readonly MemberGroup[], load: TargetLoad): readonly Member[] =>
  groups.flatMap(({ strategy, members }) =>
    strategy === 'fallback' ? members : balance(strategy, load)(members),
  );

const commit = ({ provider, model }: Member, context: CallContext): void => {
  (context as PipelineContext).exchange.target = { provider, model };
};

/**
 * The policies around the targets of a route, in their one order: places of the service → second attempt → fallback →
 * (see `toTarget`). The total budget is around all of them, on the signal of the call. It holds nothing of a single call.
 */
export const createPipeline = (
  runtime: Omit<Runtime, 'pipelines'>,
  model: string,
  kind: PipelineKind,
): Pipeline => {
  const route = runtime.registry.resolve(model);
  const tier = route.tier === undefined ? undefined : runtime.config.tiers.get(route.tier);
  const { totalMs = runtime.config.totalMs } = tier ?? {};
  const buffered = kind.buffered || tier?.buffered === true;
  // A held answer has its first content at its end, so that a second attempt could not be timed.
  const hedgeMs = buffered ? undefined : tier?.hedgeMs;
  const toMember = (target: Target): Member => ({
    ...toTarget(target, runtime, {
      retry: tier?.retry ?? {},
      held: buffered || (!kind.stream && hedgeMs === undefined),
      streamed: kind.streamable && (route.targets.length > 1 || hedgeMs !== undefined),
    }),
    weight: target.weight ?? 1,
  });
  const groups = route.groups.map(({ strategy, targets }) => ({ strategy, members: targets.map(toMember) }));
  const balanced = groups.some(({ strategy }) => strategy !== 'fallback');
  const order = (): readonly Member[] => orderOf(groups, runtime.load);
  const members = order();
  const { service } = runtime.limits;
  if (hedgeMs === undefined) {
    const asked = fallback(members, { onCommit: commit, ...(balanced && { order }) });
    return { totalMs, handler: compose([service])(asked) };
  }
  const hedged: ChatHandler = (request, context) => hedgeCall(members, order(), hedgeMs)(request, context);
  return { totalMs, handler: compose([service])(hedged) };
};

/** One call of a tier with a second attempt, which asks whoever comes after the one that the first has come to. */
const hedgeCall = (members: readonly Member[], order: readonly Member[], delayMs: number): ChatHandler => {
  const begun: { first?: Member; second?: Member } = {};
  let place = 0;
  const ordered = order.map(
    (member, index): Member => ({
      ...member,
      handler: (request, context) => {
        place = index;
        return member.handler(request, context);
      },
    }),
  );
  const first = fallback(members, {
    order: () => ordered,
    onCommit: (target) => {
      begun.first = target;
    },
  });
  const second = fallback(members, {
    // Whoever comes after that one, or it once more. Only one: to lead on from a failure is up to the first attempt.
    order: () => order.slice(place, place + 2).slice(-1),
    onCommit: (target) => {
      begun.second = target;
    },
  });
  return (request, context) => {
    const onWin = (which: keyof typeof begun): void => {
      const target = begun[which];
      if (target) commit(target, context);
    };
    return hedge({ delayMs, second, onWin })(first)(request, context);
  };
};
