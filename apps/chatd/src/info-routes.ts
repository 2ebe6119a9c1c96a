import type { Availability, Capabilities, ModelInfo, Provider } from '@lakehouse/chat-core';
import { toChatError } from '@lakehouse/chat-core';
import type { Request, Response } from 'express';
import { callOf } from './call.js';
import { collectModels } from './catalogue.js';
import { formatCircuit } from './circuit-status.js';
import { type Asker, askerOf, withDeadline } from './deadline.js';
import type { RuntimeRoute } from './leased-route.js';
import type { Runtime } from './runtime.js';
import type { Service } from './service.js';
import { idle, loadOf, mergeLoads, type ProviderLoad } from './service-load.js';

const availabilityMs = 5_000;

const toWireName = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const formatCapabilities = (capabilities: Partial<Capabilities>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(capabilities).map(([name, value]) => [toWireName(name), value]));

/** What a provider that cannot say is taken for. */
const unknown: Availability = { available: true };

/** Whether a provider can be called now; a missing key is told without a call. */
export const askAvailability = async (provider: Provider, asker: Asker): Promise<Availability> => {
  const { credential } = provider;
  if (credential && !credential.present) return { available: false, detail: credential.hint };
  try {
    return await withDeadline(
      asker,
      availabilityMs,
      async (context) => (await provider.availability?.(context)) ?? unknown,
    );
  } catch (error) {
    return { available: false, detail: toChatError(error, { provider: provider.id }).message };
  }
};

const formatLoad = ({ running, queued, circuits }: ProviderLoad) => ({
  in_flight: running,
  ...(queued > 0 && { queued }),
  ...(circuits.length > 0 && {
    circuits: circuits.map(({ model, ...status }) => ({ model, ...formatCircuit(status) })),
  }),
});

/** `GET /v1/chat/providers`: exactly the registered ones, with what is under way in the whole service. */
export const listProviders =
  (gather: Service['gather']): RuntimeRoute =>
  async (runtime, request, response) => {
    const asker = askerOf(callOf(request));
    const answers = await Promise.all(
      [...runtime.instances.values()].map(async ({ provider, plugin }) => ({
        provider,
        plugin,
        availability: await askAvailability(provider, asker),
      })),
    );
    const load = mergeLoads([loadOf(runtime), ...((await gather?.('load')) ?? [])]);
    const providers = answers.map(({ provider, plugin, availability }) => ({
      id: provider.id,
      plugin,
      ...availability,
      capabilities: formatCapabilities(provider.capabilities),
      ...formatLoad(load[provider.id] ?? idle),
    }));
    response.json({ default: runtime.registry.defaultProvider, providers });
  };

const formatModel = (provider: Provider, model: ModelInfo) => ({
  id: `${provider.id}/${model.id}`,
  provider: provider.id,
  ...(model.displayName !== undefined && { display_name: model.displayName }),
  ...(model.description !== undefined && { description: model.description }),
  ...(model.contextWindow !== undefined && { context_window: model.contextWindow }),
  ...(model.maxOutputTokens !== undefined && { max_output_tokens: model.maxOutputTokens }),
  ...(model.capabilities && { capabilities: formatCapabilities(model.capabilities) }),
});

/** `GET /v1/chat/models`: a provider that is down costs its own rows only, and is named. */
export const listModels = async (runtime: Runtime, request: Request, response: Response): Promise<void> => {
  const answers = await collectModels(runtime, askerOf(callOf(request)));
  const unavailable = answers.flatMap(({ provider, fault }) =>
    fault === undefined ? [] : [{ provider: provider.id, detail: fault }],
  );
  const tiers = runtime.registry.tiers.map((tier) => ({
    id: tier,
    targets: runtime.registry.resolve(tier).targets.map((target) => `${target.provider.id}/${target.model}`),
  }));
  response.json({
    models: answers.flatMap(({ provider, models }) => models.map((model) => formatModel(provider, model))),
    tiers,
    ...(unavailable.length > 0 && { unavailable }),
  });
};
