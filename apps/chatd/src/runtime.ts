import { createRegistry, type Registry } from '@lakehouse/chat-core';
import { createTargetLoad, type TargetLoad } from '@lakehouse/chat-policies';
import { ConfigError, didYouMean, isConfigError, type Problem } from '@lakehouse/config-file';
import type { ChatdConfig } from './config.js';
import { createLimits, type Limits } from './limits.js';
import { createPipelines, type Pipelines } from './pipelines.js';
import type { ProviderEnvironment } from './provider-environment.js';
import { createInstance, type Instance } from './providers.js';
import { defaultKeyFile, wellKnown } from './well-known.js';

/** Everything that one config makes: it is built whole, or not at all. */
export interface Runtime {
  readonly config: ChatdConfig;
  readonly registry: Registry;
  /** By provider id, in the order of the config. */
  readonly instances: ReadonlyMap<string, Instance>;
  /** Those of the process; they outlive this runtime. */
  readonly limits: Limits;
  /** What each target has in flight, and how soon it began to answer of late. */
  readonly load: TargetLoad;
  /** How its models are called. */
  readonly pipelines: Pipelines;
  close(): Promise<void>;
}

const { help } = wellKnown;

const reservedPrefixes = {
  ...Object.fromEntries(
    Object.entries(wellKnown.providers).map(([id, { key_env: keys }]) => {
      const key =
        keys === undefined ? '' : `, and set ${keys.join(' or ')} or put it in ${defaultKeyFile(id)}`;
      return [id, `add [chatd.providers.${id}] to the config${key}`];
    }),
  ),
  [help.provider]: `add [chatd.providers.${help.provider}] with use = "${help.use}" to the config`,
};

const tierProblems = (registry: Registry, config: ChatdConfig): readonly Problem[] =>
  registry.tiers.flatMap((tier) => {
    try {
      registry.resolve(tier);
      return [];
    } catch (error) {
      return [config.document.problem(['models', tier], (error as Error).message)];
    }
  });

/** A prefix that no provider has is part of a model's name: it may be meant so, or be a slip of the pen. */
const misspeltPrefixes = (registry: Registry): readonly string[] => {
  const ids = [...registry.list().map(({ id }) => id), ...Object.keys(reservedPrefixes)];
  return registry.tiers.flatMap((tier) =>
    registry.resolve(tier).targets.flatMap(({ provider, model }) => {
      const [prefix = '', rest] = model.split('/', 2);
      const byDefault = provider.id === registry.defaultProvider && rest !== undefined;
      const meant = byDefault ? didYouMean(prefix, ids) : '';
      if (meant === '') return [];
      return [
        `models.${tier}: no provider has the id "${prefix}"; "${model}" goes to ${provider.id}${meant}`,
      ];
    }),
  );
};

/**
 * Loads the plugins, creates the providers and checks the tiers. Throws a `ConfigError` with every problem found. The
 * `limits` are those of the runtime before, and are not configured before this one takes over.
 */
export const createRuntime = async (
  config: ChatdConfig,
  environment: ProviderEnvironment,
  limits: Limits = createLimits(config),
): Promise<Runtime> => {
  const registry = createRegistry({
    defaultProvider: config.defaultProvider,
    models: config.models,
    reservedPrefixes,
    tagRoutes: wellKnown.tag_routes,
  });
  const instances = new Map<string, Instance>();
  const close = async (): Promise<void> => {
    const closings = [...instances.values()].map(async ({ provider }) => provider.close?.());
    await Promise.allSettled(closings); // one that fails must not cut off the others
    await Promise.all(closings);
  };
  const problems: Problem[] = [];
  for (const entry of config.providers) {
    try {
      const instance = await createInstance(entry, config, environment);
      registry.register(instance.provider);
      instances.set(entry.id, instance);
    } catch (error) {
      if (isConfigError(error)) problems.push(...error.problems);
      else problems.push(config.document.problem(entry.path, (error as Error).message));
    }
  }
  if (problems.length === 0) problems.push(...tierProblems(registry, config));
  if (problems.length > 0) {
    await close().catch((error: Error) => {
      problems.push(config.document.problem(['chatd', 'providers'], `cannot be closed: ${error.message}`));
    });
    throw new ConfigError(problems);
  }
  for (const warning of misspeltPrefixes(registry)) environment.warn(warning);
  const runtime = { config, registry, instances, limits, load: createTargetLoad(), close };
  return { ...runtime, pipelines: createPipelines(runtime) };
};
