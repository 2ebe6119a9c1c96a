import { isConfigError } from '@lakehouse/config-file';
import { describeDefect } from '../defect.js';
import { createLimits } from '../limits.js';
import { type ConfigSource, type LoadOptions, loadConfig } from '../load.js';
import type { Logger } from '../log.js';
import { createRuntime, type Runtime } from '../runtime.js';
import { createRuntimeHolder, type RuntimeHolder } from '../runtime-holder.js';
import type { Generation, Send, ToPrimary } from './messages.js';
import type { SharedCircuits } from './shared-circuits.js';
import type { SharedPlaces } from './shared-places.js';

/** The configs of a worker: the one that it serves, and one that is prepared. */
export interface WorkerConfig {
  /** Of the config that is served; undefined before the first. */
  readonly generation: Generation | undefined;
  readonly runtimes: RuntimeHolder | undefined;
  /** Makes everything of a config and tells the primary how it went. */
  prepare(generation: Generation, source: ConfigSource): Promise<void>;
  /** Makes what was prepared current. */
  commit(generation: Generation): RuntimeHolder;
  discard(): Promise<void>;
  /** Closes everything, also what is still being made. */
  close(): Promise<void>;
}

export interface WorkerConfigOptions {
  readonly load: LoadOptions;
  readonly log: Logger;
  readonly send: Send<ToPrimary>;
  readonly places: SharedPlaces;
  readonly circuits: SharedCircuits;
}

export const createWorkerConfig = (options: WorkerConfigOptions): WorkerConfig => {
  const { load, log, send, places, circuits } = options;
  let generation: Generation | undefined;
  let runtimes: RuntimeHolder | undefined;
  let prepared: Runtime | undefined;
  let building = Promise.resolve();

  const build = async (next: Generation, source: ConfigSource): Promise<void> => {
    const warnings: string[] = [];
    let tell = (message: string): unknown => warnings.push(message);
    try {
      const config = loadConfig(load, source);
      const limits = runtimes?.current.limits ?? createLimits(config, places.of);
      const environment = {
        environment: load.environment,
        warn: (message: string) => void tell(message),
        onCircuitChange: (change: Extract<ToPrimary, { type: 'circuit-changed' }>['change']) =>
          send({ type: 'circuit-changed', generation: next, change }),
        shareCircuits: (own: Parameters<SharedCircuits['share']>[0]) => circuits.share(own, next),
      };
      prepared = await createRuntime(config, environment, limits);
      // The primary tells once what all workers find; what comes later concerns this one.
      tell = (message) => log.warn(message);
      send({ type: 'prepared', generation: next, providers: [...prepared.instances.keys()], warnings });
    } catch (error) {
      send({
        type: 'not-prepared',
        generation: next,
        message: (error as Error).message,
        ...(isConfigError(error) && { problems: error.problems }),
      });
    }
  };

  const discard = async (): Promise<void> => {
    const unused = prepared;
    prepared = undefined;
    await unused?.close().catch((error: unknown) => {
      log.error({ defect: describeDefect(error) }, 'a config that was not used could not be closed properly');
    });
  };

  return {
    get generation() {
      return generation;
    },
    get runtimes() {
      return runtimes;
    },
    prepare(next, source) {
      building = build(next, source);
      return building;
    },
    commit(next) {
      if (!prepared) throw new Error('no config is prepared');
      generation = next;
      prepared.limits.configure(prepared.config);
      if (runtimes) runtimes.replace(prepared);
      else runtimes = createRuntimeHolder(prepared, { log });
      prepared = undefined;
      return runtimes;
    },
    discard,
    async close() {
      await building;
      await Promise.all([discard(), runtimes?.close()]);
    },
  };
};
