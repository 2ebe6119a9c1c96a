import { formatBindAddress, formatProblem, isConfigError } from '@lakehouse/config-file';
import type { ChatdConfig } from './config.js';
import { type ConfigSnapshot, snapshotConfig, toConfigSource } from './config-snapshot.js';
import { type ConfigSource, type LoadOptions, loadConfig } from './load.js';
import type { Logger } from './log.js';

/** What asked for a reload, in the words of the log. */
type ReloadTrigger = 'SIGHUP' | 'file changed';

export interface Reloader {
  /**
   * Loads everything anew, one reload at a time; those asked for while one is under way become one more. Resolves when
   * no reload is under way or waiting.
   */
  request(trigger: ReloadTrigger): Promise<void>;
  /** No reload begins from now on, and one that is under way makes nothing current. */
  stop(): void;
}

/** Everything that one config makes, ready beside what is current. */
export interface PreparedConfig {
  readonly config: ChatdConfig;
  /** Ids of the providers, in the order of the config. */
  readonly providers: readonly string[];
  /** Makes it current. */
  commit(): void;
  /** Closes it unused. */
  discard(): Promise<void>;
}

/** What serves by a config: this process, or several. */
export interface ConfigHost {
  readonly current: ChatdConfig;
  /** Makes everything of a config that is valid. Throws what keeps it from working. */
  prepare(config: ChatdConfig, source: ConfigSource): Promise<PreparedConfig>;
}

export interface ReloaderOptions {
  /** Where the config is looked for, the same as at the start. */
  readonly load: LoadOptions;
  readonly host: ConfigHost;
  /** Where the service listens, for the operator's eyes. */
  readonly url: string;
  readonly log: Logger;
  /** Told what a reload is about to read, whether it proves good or bad. */
  readonly onSnapshot?: (snapshot: ConfigSnapshot | undefined) => void;
  /** After how long a reload that is still under way is told of, in milliseconds; default 10 000. */
  readonly slowMs?: number;
}

/** What was decided at the start and cannot change in a running process. */
const warnOfRestarts = (first: ChatdConfig, next: ChatdConfig, { url, log }: ReloaderOptions): void => {
  if (formatBindAddress(next.bind) !== formatBindAddress(first.bind))
    log.warn(`bind needs a restart; still listening on ${url}`);
  if (next.logFormat !== first.logFormat)
    log.warn(`log_format needs a restart; the log is still written as ${JSON.stringify(first.logFormat)}`);
  if (next.workers !== first.workers) log.warn(`workers needs a restart; there is still ${first.workers}`);
};

const report = (error: unknown, trigger: ReloadTrigger, log: Logger): void => {
  const lines = isConfigError(error) ? error.problems.map(formatProblem) : [(error as Error).message];
  for (const line of lines) log.error(line);
  log.error({ trigger, problems: lines.length }, 'the config is not loaded; the old one keeps serving');
};

export const createReloader = (options: ReloaderOptions): Reloader => {
  const { load, host, log, onSnapshot, slowMs = 10_000 } = options;
  const { current: first } = host;
  let running: Promise<void> | undefined;
  let waiting: ReloadTrigger | undefined;
  let stopped = false;

  const prepare = (): Promise<PreparedConfig> => {
    const { file: previous } = host.current;
    const snapshot = snapshotConfig(load);
    // Development mode serves other models than any file: a file that is away for a moment must not lead there.
    if (previous !== undefined && !snapshot) throw new Error(`${previous}: there is no such file any more`);
    onSnapshot?.(snapshot);
    const source = toConfigSource(snapshot);
    return host.prepare(loadConfig(load, source), source);
  };

  const swap = (next: PreparedConfig, trigger: ReloadTrigger): void => {
    const { config, providers } = next;
    next.commit();
    warnOfRestarts(first, config, options);
    for (const warning of config.warnings) log.warn(warning);
    log.info(
      {
        trigger,
        config: config.file ?? 'none (development mode)',
        providers,
        default_provider: config.defaultProvider,
      },
      'config reloaded',
    );
  };

  const reload = async (trigger: ReloadTrigger): Promise<void> => {
    // A plugin may wait for its upstream for ever; without a word nobody knew why no later change takes effect.
    const slow = setTimeout(() => {
      log.warn({ trigger }, 'the new config still waits for its providers; the old one keeps serving');
    }, slowMs).unref();
    try {
      const next = await prepare();
      if (stopped) await next.discard();
      else swap(next, trigger);
    } catch (error) {
      if (!stopped) report(error, trigger, log); // workers that stop prepare nothing any more
    } finally {
      clearTimeout(slow);
    }
  };

  const run = async (trigger: ReloadTrigger): Promise<void> => {
    let now: ReloadTrigger | undefined = trigger;
    while (now !== undefined && !stopped) {
      await reload(now);
      now = waiting;
      waiting = undefined;
    }
    running = undefined;
  };

  return {
    request(trigger) {
      if (stopped) return running ?? Promise.resolve();
      if (running) waiting = waiting === 'SIGHUP' ? waiting : trigger;
      else running = run(trigger);
      return running;
    },
    stop() {
      stopped = true;
    },
  };
};
