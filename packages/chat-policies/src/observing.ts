import {
  type CallContext,
  type ChatEvent,
  type ChatHandler,
  type ChatMiddleware,
  type ChatRequest,
  compose,
} from '@lakehouse/chat-core';

/** What looks at one call without changing its events. */
interface CallObserver {
  /** Sees each event before it is passed on; what it throws fails the call. */
  see(event: ChatEvent): void;
  /** The stream has ended by itself; what it throws fails the call. */
  complete?(): void;
  /** The call has failed; what it gives back is what is thrown on. */
  fail?(error: unknown): unknown;
  /** Comes last, also when the consumer has closed the stream. */
  over?(): void;
}

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
const around = (observes: readonly Observe[], next: ChatHandler): ChatHandler =>
  async function* (request, context) {
    const observers = observes.map((observe) => observe(request, context)).reverse();
    try {
      for await (const event of next(request, context)) {
        for (const observer of observers) observer.see(event);
        yield event;
      }
      for (const observer of observers) observer.complete?.();
    } catch (error) {
      let failure: unknown = error;
      for (const observer of observers) if (observer.fail) failure = observer.fail(failure);
      throw failure;
    } finally {
      for (const observer of observers) observer.over?.();
    }
  };
