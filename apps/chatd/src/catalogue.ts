import { type ModelInfo, type Provider, toChatError } from '@lakehouse/chat-core';
import type { ListedModel } from '@lakehouse/chat-dialects';
import { type Asker, withDeadline } from './deadline.js';
import type { Runtime } from './runtime.js';

const modelsMs = 15_000;

interface ProviderModels {
  readonly provider: Provider;
  readonly models: readonly ModelInfo[];
  /** Why the models are not known. */
  readonly fault?: string;
}

const askForModels = async (provider: Provider, asker: Asker): Promise<ProviderModels> => {
  const { credential } = provider;
  if (credential && !credential.present) return { provider, models: [], fault: credential.hint };
  try {
    const models = await withDeadline(
      asker,
      modelsMs,
      async (context) => (await provider.models?.(context)) ?? [],
    );
    return { provider, models };
  } catch (error) {
    return { provider, models: [], fault: toChatError(error, { provider: provider.id }).message };
  }
};

/** Asks all providers at once for their models; one that is down costs its own only. */
export const collectModels = (runtime: Runtime, asker: Asker): Promise<readonly ProviderModels[]> =>
  Promise.all(runtime.registry.list().map((provider) => askForModels(provider, asker)));

/** A name without its provider leads to the same model where no tier and no other provider takes it. */
const aliasesOf = ({ registry }: Runtime, provider: Provider, model: string): readonly string[] => {
  try {
    const { tier, targets } = registry.resolve(model);
    const same = tier === undefined && targets[0]?.provider === provider && targets[0].model === model;
    return same ? [model] : [];
  } catch {
    return []; // the name leads to a provider that is not there
  }
};

/** Every name that a request may have: the models of all providers, and the tiers. */
export const listNames = async (runtime: Runtime, asker: Asker): Promise<readonly ListedModel[]> => {
  const rows = (await collectModels(runtime, asker)).flatMap(({ provider, models }) =>
    models.map(
      (info): ListedModel => ({
        id: `${provider.id}/${info.id}`,
        aliases: aliasesOf(runtime, provider, info.id),
        provider: provider.id,
        info,
      }),
    ),
  );
  const tiers = runtime.registry.tiers.map((tier): ListedModel => {
    const [first] = runtime.registry.resolve(tier).targets;
    const info = first && rows.find(({ id }) => id === `${first.provider.id}/${first.model}`)?.info;
    return { id: tier, ...(info && { info }) };
  });
  return [...rows, ...tiers];
};
