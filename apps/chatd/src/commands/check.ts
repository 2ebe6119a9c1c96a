import type { TargetGroup } from '@lakehouse/chat-core';
import { askAvailability } from '../info-routes.js';
import { type LoadOptions, loadConfig } from '../load.js';
import { createRuntime } from '../runtime.js';

export interface CheckOptions extends LoadOptions {
  readonly write: (text: string) => void;
}

const describeGroup = ({ strategy, targets }: TargetGroup): string => {
  const names = targets.map(({ provider, model, weight }) => {
    const share = weight === undefined ? '' : ` × ${weight}`;
    return `${provider.id}/${model}${share}`;
  });
  return strategy === 'fallback' ? names.join(', then ') : `${strategy} (${names.join(', ')})`;
};

/**
 * Validates config, plugins and keys, and asks each provider whether it answers, without starting the service. Exit
 * code 0 when the config is right, even if a provider does not answer now; throws a `ConfigError` otherwise.
 */
export const runCheck = async ({ write, ...options }: CheckOptions): Promise<number> => {
  const config = loadConfig(options);
  const warnings = [...config.warnings];
  const runtime = await createRuntime(config, {
    environment: options.environment,
    warn: (message) => warnings.push(message),
  });
  try {
    write(`config     ${config.file ?? 'none: development mode'}\n`);
    for (const warning of warnings) write(`warning    ${warning}\n`);
    const { signal } = new AbortController();
    const rows = await Promise.all(
      [...runtime.instances.values()].map(async ({ provider, plugin }) => {
        const { available, detail } = await askAvailability(provider, { signal });
        const key = provider.credential?.source === undefined ? '' : ` (key: ${provider.credential.source})`;
        const state = available ? 'answers' : 'no answer';
        return `${state.padEnd(10)} ${provider.id} · ${plugin}${key}${detail ? ` · ${detail}` : ''}\n`;
      }),
    );
    for (const row of rows) write(row);
    for (const tier of runtime.registry.tiers) {
      write(
        `tier       ${tier} → ${runtime.registry.resolve(tier).groups.map(describeGroup).join(', then ')}\n`,
      );
    }
    write('The config is valid.\n');
    return 0;
  } finally {
    await runtime.close().catch((error: Error) => {
      write(`warning    a provider could not be closed: ${error.message}\n`);
    });
  }
};
