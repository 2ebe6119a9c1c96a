import type { ChatdConfig } from './config.js';
import { describeDefect } from './defect.js';
import type { Logger } from './log.js';
import type { ProviderEnvironment } from './provider-environment.js';
import type { ConfigHost, PreparedConfig } from './reload.js';
import { createRuntime } from './runtime.js';
import type { RuntimeHolder } from './runtime-holder.js';

export interface RuntimeHostOptions {
  readonly runtimes: RuntimeHolder;
  readonly log: Logger;
  /** What the providers of the next config are made in. */
  readonly environment: () => ProviderEnvironment;
}

/** A config as this process serves it. */
export const createRuntimeHost = ({ runtimes, log, environment }: RuntimeHostOptions): ConfigHost => ({
  get current() {
    return runtimes.current.config;
  },
  async prepare(config: ChatdConfig): Promise<PreparedConfig> {
    const next = await createRuntime(config, environment(), runtimes.current.limits);
    return {
      config,
      providers: [...next.instances.keys()],
      commit() {
        next.limits.configure(config);
        runtimes.replace(next);
      },
      discard: () =>
        next.close().catch((error: unknown) => {
          log.error(
            { defect: describeDefect(error) },
            'a config that was not used could not be closed properly',
          );
        }),
    };
  },
});
