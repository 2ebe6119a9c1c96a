import { snapshotConfig, toConfigSource } from '../config-snapshot.js';
import { type LoadOptions, loadConfig } from '../load.js';
import { createLogger, createLogOutput } from '../log.js';
import { logDefects } from '../log-defects.js';
import { plainClock } from '../plain-clock.js';
import { createReloader } from '../reload.js';
import { serveAlone } from '../serve-alone.js';
import type { ServeOptions, Serving } from '../serving.js';
import { stopSignal, takeHangUps } from '../signals.js';
import { tuneHeap } from '../tune-heap.js';
import { watchConfig } from '../watch-config.js';
import { takeWorkerMark } from '../workers/worker-mark.js';

/** A single process does without the code for several. */
const serve = async (options: ServeOptions): Promise<Serving> => {
  if (options.config.workers === 1) return serveAlone(options);
  const { serveTogether } = await import('../workers/serve-together.js');
  return serveTogether(options);
};

/** Starts the service and resolves with the exit code once it has stopped. Throws when it cannot start. */
export const runServe = async (options: LoadOptions): Promise<number> => {
  tuneHeap();
  plainClock();
  const worker = takeWorkerMark();
  if (worker !== undefined) {
    const { runWorker } = await import('../workers/worker.js');
    return runWorker(options, worker);
  }
  const hangUps = takeHangUps();
  const snapshot = snapshotConfig(options);
  const source = toConfigSource(snapshot);
  const config = loadConfig(options, source);
  const output = await createLogOutput(config.logFormat);
  const log = createLogger(output);
  logDefects(log);
  for (const warning of config.warnings) log.warn(warning);
  const { url, providers, host, drain } = await serve({ load: options, config, source, log, output });
  log.info(
    {
      url,
      config: config.file ?? 'none (development mode)',
      providers,
      default_provider: config.defaultProvider,
      ...(config.workers > 1 && { workers: config.workers }),
    },
    'chatd is listening',
  );
  const watch = watchConfig({ log, onChange: () => void reloader.request('file changed') });
  const reloader = createReloader({
    load: options,
    host,
    url,
    log,
    onSnapshot: (next) => watch.follow(next),
  });
  watch.follow(snapshot);
  hangUps.listen(() => void reloader.request('SIGHUP'));
  const signal = await stopSignal();
  watch.close();
  reloader.stop();
  const { inFlight, over } = await drain();
  log.info({ signal, in_flight: inFlight }, 'chatd is stopping: requests in flight finish, new ones get 503');
  const cut = await over;
  log.info({ cut }, 'chatd has stopped');
  return 0;
};
