import { ChatError, type ChatHandler, type ChatMiddleware, compose, type Target } from '@lakehouse/chat-core';
import {
  buffered,
  enforceEventRules,
  type FallbackTarget,
  gate,
  observeTogether,
  recordAttempt,
  recordSkip,
  retry,
  timeout,
} from '@lakehouse/chat-policies';
import type { PipelineContext } from './pipeline.js';
import type { RetryConfig } from './policy-config.js';
import type { Instance } from './providers.js';
import type { Runtime } from './runtime.js';

/** How the calls of one kind of request are made. */
export interface CallPlan {
  /** What the tier says about repeating. */
  readonly retry: Partial<RetryConfig>;
  /** Whether an answer counts as begun only when it is complete, because the caller sees nothing before. */
  readonly held: boolean;
  /** Whether the upstream streams although the caller does not: a silent one is noticed soon. */
  readonly streamed: boolean;
}

const passThrough: ChatMiddleware = (next) => next;

/** A provider without its key is configured, but no call of it may begin. */
const requireKey = ({ provider, model }: Target): ChatMiddleware =>
  gate((_, context) => {
    const { credential } = provider;
    if (!credential || credential.present) return;
    recordSkip(context, { provider: provider.id, model }, 'provider-unavailable');
    throw new ChatError('provider-unavailable', `${provider.id} has no key: ${credential.hint}`, {
      provider: provider.id,
      model,
    });
  });

const asStream: ChatMiddleware = (next) => (request, context) =>
  next(request, { ...context, delivery: 'stream' });

/** Calls the provider, which learns of the call what the contract says and no more. */
const callProvider =
  (target: Target): ChatHandler =>
  (request, context) => {
    const { exchange, ask, signal, requestId, delivery, attempts, via } = context as PipelineContext;
    exchange.calls += 1;
    return ask(target, request, { signal, requestId, delivery, attempts, via });
  };

/**
 * A target with the policies around it, in their one order: key → circuit → places → repeating → (holding → counting,
 * attempt and event rules in one loop → time limit). The idle limit is the provider's: only its socket sees the
 * heartbeats that prove life.
 */
export const toTarget = (
  target: Target,
  runtime: Omit<Runtime, 'pipelines'>,
  plan: CallPlan,
): FallbackTarget => {
  const name = { provider: target.provider.id, model: target.model };
  const instance = runtime.instances.get(name.provider) as Instance;
  const { breaker, timeouts, contextWindow } = instance;
  const { credential } = target.provider;
  const { firstContentMs } = timeouts;
  const size = { maxCharacters: runtime.config.answerLimits.bodyBytes };
  const wrap = compose([
    requireKey(target),
    breaker?.guard(name) ?? passThrough,
    runtime.limits.of(name),
    retry({ ...instance.retry, ...plan.retry }),
    plan.held ? buffered(size) : passThrough,
    observeTogether([
      ...(breaker ? [breaker.observe(name)] : []),
      runtime.load.observe(name),
      recordAttempt(name, size),
      enforceEventRules(name.provider),
    ]),
    plan.streamed ? asStream : passThrough,
    timeout({ provider: name.provider, ...(firstContentMs && { firstContentMs }) }),
  ]);
  return {
    ...name,
    handler: wrap(callProvider(target)),
    contextWindow: () => contextWindow(name.model),
    isAvailable: () => credential?.present !== false && breaker?.statusOf(name).state !== 'open',
  };
};
