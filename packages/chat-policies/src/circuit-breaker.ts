import {
  type ChatError,
  type ChatMiddleware,
  type ErrorCode,
  isContentEvent,
  toChatError,
} from '@lakehouse/chat-core';
import {
  type CircuitNews,
  type CircuitRules,
  type CircuitState,
  type CircuitStatus,
  createCircuit,
} from './circuit.js';
import { createCircuitStore } from './circuit-store.js';
import { verdictOf } from './circuit-verdict.js';
import { observing } from './observing.js';
import { openHolding, opening } from './opening.js';
import { outerFailure, type PolicyContext, recordSkip, type TargetName } from './policy-context.js';

/** What is told when a circuit changes its state. */
export interface CircuitChange extends TargetName {
  /** The state before. */
  readonly from: CircuitState;
  /** The state from now on. */
  readonly to: CircuitState;
  /** Failures in the window; of a circuit that is not closed, those that opened it. */
  readonly failures: number;
  /** Code of the last failure that counted; absent when none is left. */
  readonly lastCode?: ErrorCode;
  /** Of one that has opened: calls in the window, failed or not. */
  readonly calls?: number;
  /** Of one that has opened: milliseconds until a call may try the target again. */
  readonly retryInMs?: number;
}

/** When circuits open, and for how long. */
export interface CircuitBreakerOptions {
  /** So many failures within the window open a circuit. */
  readonly failures: number;
  /** Milliseconds that a call is remembered. */
  readonly windowMs: number;
  /** Milliseconds that an open circuit refuses all calls, before one of them tries the target. */
  readonly cooldownMs: number;
  /**
   * 0 < x ≤ 1: at least this share of the calls in the window must have failed too, so that a few failures do not close
   * off a busy target. Default 0.5.
   */
  readonly failureShare?: number;
  /** Targets that are remembered at most; the one that was unused the longest is forgotten. Default 1000. */
  readonly mostCircuits?: number;
  /** Told of every change of state, also when an open circuit is forgotten. It must not throw. */
  readonly onChange?: (change: CircuitChange) => void;
}

/** Keeps calls away from targets that fail, each target by itself. */
export interface CircuitBreaker {
  /**
   * Decides who may call the target, around everything that belongs to one call of it: it refuses with `overloaded`
   * while the circuit is open. When the cooldown is over, a single call goes through, with `probe` in its context.
   */
  guard(target: TargetName): ChatMiddleware;
  /**
   * Counts how one attempt ends; it goes directly around each, inside of retries. What counts as a failure is a
   * `retryable` error, except `rate-limited`: a provider that limits the rate is well. Success is the first content.
   */
  observe(target: TargetName): ChatMiddleware;
  /**
   * Makes the circuit of a target stand as one of another process does. `onChange` is not told. Who lets a probe through
   * where circuits are shared has to be agreed on among the processes.
   */
  follow(target: TargetName, news: CircuitNews): void;
  /** How the circuit of one target stands; `closed` for one that was never called. */
  statusOf(target: TargetName): CircuitStatus;
  /** Those that hold failures or are not closed. */
  circuits(): readonly (TargetName & CircuitStatus)[];
}

/**
 * One object for all targets. Model names come from callers, so that it keeps a bounded number of circuits, and none of
 * a target without a call in the window. It has no timers.
 */
export const createCircuitBreaker = (options: CircuitBreakerOptions): CircuitBreaker => {
  const { failureShare = 0.5, mostCircuits = 1000, onChange } = options;
  const rules: CircuitRules = { ...options, failureShare };
  checkOptions(rules, mostCircuits);
  const store = createCircuitStore(mostCircuits, ({ provider, model }) =>
    createCircuit({ provider, model }, rules, (from, { state: to, ...status }, calls) =>
      onChange?.({ provider, model, from, to, ...status, ...(to === 'open' && { calls }) }),
    ),
  );

  return {
    guard: (target) =>
      opening((next) => (request, context) => {
        // Only a target that is called already has a circuit; to make one is up to `observe`.
        const circuit = store.find(target) && store.use(target);
        const admission = circuit?.admit() ?? 'pass';
        if (circuit && admission === 'refuse') {
          recordSkip(context, target, 'overloaded');
          throw circuit.refusal();
        }
        if (typeof admission === 'string') return next(request, context);
        return openHolding(next, request, { ...context, probe: true }, admission.leave);
      }),

    observe: (target) =>
      observing((_request, context: PolicyContext) => {
        const { signal, probe = false } = context;
        const circuit = store.use(target);
        const attempt = circuit.begin(probe);
        let content = false;
        let complete = false;
        let failure: ChatError | undefined;
        return {
          see(event) {
            if (!content && isContentEvent(event)) {
              content = true;
              attempt.succeed();
            }
            complete ||= event.type === 'response-end';
          },
          fail(error) {
            failure = toChatError(error, { signal });
            return error;
          },
          over() {
            if (!complete) failure ??= outerFailure(context);
            const verdict = failure && verdictOf(failure, content, signal);
            attempt.end();
            if (failure && verdict === 'failure') attempt.fail(failure);
            if (verdict === 'answered') attempt.answer();
            store.release(target, circuit);
          },
        };
      }),

    follow(target, news) {
      const circuit = news.state === 'closed' ? store.find(target) : store.use(target);
      circuit?.follow(news);
    },

    statusOf: (target) => store.find(target)?.status() ?? { state: 'closed', failures: 0 },

    circuits: () =>
      store
        .entries()
        .map(([target, circuit]) => ({ ...target, ...circuit.status() }))
        .filter(({ state, failures }) => state !== 'closed' || failures > 0),
  };
};

const checkOptions = (
  { failures, windowMs, cooldownMs, failureShare }: CircuitRules,
  mostCircuits: number,
): void => {
  if (!(failures >= 1)) throw new RangeError(`failures is ${failures}; it must be at least 1`);
  if (!(windowMs > 0)) throw new RangeError(`windowMs is ${windowMs}; it must be more than 0`);
  if (!(cooldownMs >= 0)) throw new RangeError(`cooldownMs is ${cooldownMs}; it must be at least 0`);
  if (!(failureShare > 0 && failureShare <= 1))
    throw new RangeError(`failureShare is ${failureShare}; it must be more than 0 and at most 1`);
  if (!(mostCircuits >= 1)) throw new RangeError(`mostCircuits is ${mostCircuits}; it must be at least 1`);
};
