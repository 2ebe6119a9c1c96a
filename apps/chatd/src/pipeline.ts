import { ChatError, type ChatHandler, compose, type Route, type Target } from '@lakehouse/chat-core';
import { enforceEventRules, fallback, recordAttempt, timeout } from '@lakehouse/chat-policies';
import type { Runtime } from './runtime.js';

/** A provider without its key is configured, but no call of it may begin. */
const callProvider =
  ({ provider }: Target): ChatHandler =>
  (request, context) => {
    const { credential } = provider;
    if (credential && !credential.present) {
      throw new ChatError('provider-unavailable', `${provider.id} has no key: ${credential.hint}`, {
        provider: provider.id,
        model: request.model,
      });
    }
    return provider.stream(request, context);
  };

/** The idle limit is the provider's: only its socket sees the heartbeats that prove life. */
const toTarget = (target: Target, runtime: Runtime) => {
  const { provider, model } = target;
  const { firstContentMs } = runtime.instances.get(provider.id)?.timeouts ?? {};
  const wrap = compose([
    recordAttempt({ provider: provider.id, model }),
    timeout({ provider: provider.id, ...(firstContentMs && { firstContentMs }) }),
    enforceEventRules(provider.id),
  ]);
  return { provider: provider.id, model, handler: wrap(callProvider(target)) };
};

/** How long the layers below may take to book their attempt once the total is used up. */
const graceMs = 250;

/** The policies around the targets of a route, in their one order: total budget → fallback → (attempt → time limit → rules). */
export const createPipeline = (
  runtime: Runtime,
  route: Route,
  onCommit: (target: { readonly provider: string; readonly model: string }) => void,
): ChatHandler => {
  const targets = route.targets.map((target) => toTarget(target, runtime));
  return timeout({ totalMs: runtime.config.totalMs, graceMs })(fallback(targets, { onCommit }));
};
