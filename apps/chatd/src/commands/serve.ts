import { createApp } from '../app.js';
import { snapshotConfig } from '../config-snapshot.js';
import { describeDefect } from '../defect.js';
import { createDrain } from '../drain.js';
import { type LoadOptions, loadConfig } from '../load.js';
import { createLogger, type Logger } from '../log.js';
import { createProviderEnvironment } from '../provider-environment.js';
import { createReloader } from '../reload.js';
import { createRuntime } from '../runtime.js';
import { createRuntimeHolder } from '../runtime-holder.js';
import { close, listen } from '../server.js';
import { settleHeapSoon } from '../settle-heap.js';
import { stopSignal, takeHangUps } from '../signals.js';
import { watchConfig } from '../watch-config.js';

/** What nobody caught, most likely a promise that a provider left to itself, ends the process with one line. */
const logDefects = (log: Logger): void => {
  process.on('uncaughtException', (error, origin) => {
    log.fatal({ origin, defect: describeDefect(error) }, 'chatd ends: nobody caught this');
    process.exit(1);
  });
};

/** Starts the service and resolves with the exit code once it has stopped. Throws when it cannot start. */
export const runServe = async (options: LoadOptions): Promise<number> => {
  const hangUps = takeHangUps();
  const snapshot = snapshotConfig(options);
  const config = loadConfig(options);
  const log = await createLogger(config.logFormat);
  logDefects(log);
  for (const warning of config.warnings) log.warn(warning);
  const runtime = await createRuntime(config, createProviderEnvironment(options.environment, log));
  const runtimes = createRuntimeHolder(runtime, { log });
  const drain = createDrain();
  const { server, url } = await listen(
    createApp({ runtimes, drain, log, instanceId: crypto.randomUUID() }),
    config.bind,
  ).catch(async (error: unknown) => {
    await runtimes.close();
    throw error;
  });
  log.info(
    {
      url,
      config: config.file ?? 'none (development mode)',
      providers: [...runtime.instances.keys()],
      default_provider: config.defaultProvider,
    },
    'chatd is listening',
  );
  settleHeapSoon(() => drain.inFlight === 0);
  const watch = watchConfig({ log, onChange: () => void reloader.request('file changed') });
  const reloader = createReloader({
    load: options,
    runtimes,
    url,
    log,
    onSnapshot: (next) => watch.follow(next),
  });
  watch.follow(snapshot);
  hangUps.listen(() => void reloader.request('SIGHUP'));
  const signal = await stopSignal();
  log.info(
    { signal, in_flight: drain.inFlight },
    'chatd is stopping: requests in flight finish, new ones get 503',
  );
  watch.close();
  reloader.stop();
  const cut = await drain.begin(runtimes.current.config.drainMs);
  await close(server);
  await runtimes.close();
  log.info({ cut }, 'chatd has stopped');
  return 0;
};
