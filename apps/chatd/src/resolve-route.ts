import { ChatError, type Provider, type Target } from '@lakehouse/chat-core';
import type { Request, Response } from 'express';
import { bodyLimits, readJson } from './body.js';
import { callOf } from './call.js';
import { formatCircuit } from './circuit-status.js';
import type { Runtime } from './runtime.js';

const keyState = ({ credential }: Provider) => {
  if (!credential) return { key: 'not needed' };
  return credential.present
    ? { key: 'present', key_source: credential.source }
    : { key: 'missing', hint: credential.hint };
};

/** What a target would be passed over for, without a call; the words of the trail. */
const skipState = ({ provider, model }: Target, { instances }: Runtime) => {
  if (provider.credential && !provider.credential.present) return { skipped: 'provider-unavailable' };
  const status = instances.get(provider.id)?.breaker?.statusOf({ provider: provider.id, model });
  if (!status || status.state === 'closed') return {};
  return { ...(status.state === 'open' && { skipped: 'overloaded' }), circuit: formatCircuit(status) };
};

const readModel = (body: unknown): string => {
  const model = typeof body === 'object' && body !== null ? (body as { model?: unknown }).model : undefined;
  if (typeof model === 'string') return model;
  throw new ChatError('invalid-request', 'model: expected the name of a model or a tier', { path: 'model' });
};

/** `POST /v1/chat/resolve`: says in which order which targets would be asked, and why, without calling anything. */
export const explainModel = async (runtime: Runtime, request: Request, response: Response): Promise<void> => {
  const model = readModel(await readJson(request, bodyLimits(runtime.config, callOf(request))));
  const route = runtime.registry.resolve(model);
  const tier = route.tier === undefined ? undefined : runtime.config.tiers.get(route.tier);
  response.json({
    model,
    ...(route.tier !== undefined && { tier: route.tier }),
    timeout_ms: tier?.totalMs ?? runtime.config.totalMs,
    ...(tier?.buffered && { delivery: 'buffered' }),
    ...(tier?.hedgeMs !== undefined && { hedge_ms: tier.hedgeMs }),
    chain: route.groups.flatMap(({ strategy, targets }, group) =>
      targets.map((target) => ({
        provider: target.provider.id,
        model: target.model,
        reason: target.reason,
        ...keyState(target.provider),
        // Within a balanced group the order is decided by each call.
        ...(strategy !== 'fallback' && { group, strategy, weight: target.weight ?? 1 }),
        ...skipState(target, runtime),
      })),
    ),
  });
};
