import type { ChatdConfig } from './config.js';
import type { ConfigSource, LoadOptions } from './load.js';
import type { Logger, LogOutput } from './log.js';
import type { ConfigHost } from './reload.js';

/** What is known before anything serves. */
export interface ServeOptions {
  readonly load: LoadOptions;
  readonly config: ChatdConfig;
  /** What the config was read from. */
  readonly source: ConfigSource;
  readonly log: Logger;
  readonly output: LogOutput;
}

/** A service that listens. */
export interface Serving {
  readonly url: string;
  /** Ids of the providers, in the order of the config. */
  readonly providers: readonly string[];
  readonly host: ConfigHost;
  /** Refuses new requests from now on; those in flight may finish within the time that the config gives. */
  readonly drain: () => Promise<Draining>;
}

/** A service that stops. */
export interface Draining {
  readonly inFlight: number;
  /** Resolves when everything is closed, with the number of requests that were cut. */
  readonly over: Promise<number>;
}
