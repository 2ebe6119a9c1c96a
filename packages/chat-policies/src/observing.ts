import {
  type CallContext,
  type ChatHandler,
  type ChatMiddleware,
  type ChatRequest,
  compose,
} from '@lakehouse/chat-core';
import { type CallObserver, ObservedStream } from './observed-stream.js';

type Observe = (request: ChatRequest, context: CallContext) => CallObserver;

/** A policy that only looks, so that several of them can share one loop. */
interface ObservingMiddleware extends ChatMiddleware {
  readonly observe: Observe;
}

const isObserving = (middleware: ChatMiddleware): middleware is ObservingMiddleware =>
  'observe' in middleware;

/** Makes one of the observer of each call, which begins with the first pull. */
export const observing = (observe: Observe): ChatMiddleware =>
  Object.assign((next: ChatHandler): ChatHandler => around([observe], next), { observe });

/**
 * Wraps several at once like `compose`; those that only look at events (`recordAttempt`, `enforceEventRules`, what `observe`
 * of a circuit breaker or a target load gives) share one loop over them, if all are such.
 */
export const observeTogether = (middlewares: readonly ChatMiddleware[]): ChatMiddleware => {
  if (!middlewares.every(isObserving)) return compose(middlewares);
  const observes = middlewares.map(({ observe }) => observe);
  return (next) => around(observes, next);
};

/** The innermost is told first, as if each had a loop of its own. */
const around = (observes: readonly Observe[], next: ChatHandler): ChatHandler => {
  const inward = observes.toReversed();
  return (request, context) =>
    new ObservedStream(
      () => next(request, context),
      () => inward.map((observe) => observe(request, context)),
    );
};
