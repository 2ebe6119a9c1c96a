import { createApp } from '../app.js';
import { describeDefect } from '../defect.js';
import { createDrain } from '../drain.js';
import { type LoadOptions, loadConfig } from '../load.js';
import { createLogger, type Logger } from '../log.js';
import { createRuntime } from '../runtime.js';
import { close, listen } from '../server.js';

/** A terminal signals the whole process group, and whoever started this program may pass the same signal on. */
const repeatMs = 500;

/** The first signal begins the stop; a later one ends the process, as signals do without a listener. */
const stopSignal = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    const names = ['SIGTERM', 'SIGINT'] as const;
    const stop = (signal: NodeJS.Signals): void => {
      resolve(signal);
      setTimeout(() => {
        for (const name of names) process.off(name, stop);
      }, repeatMs).unref();
    };
    for (const name of names) process.on(name, stop);
  });

/** What nobody caught, most likely a promise that a provider left to itself, ends the process with one line. */
const logDefects = (log: Logger): void => {
  process.on('uncaughtException', (error, origin) => {
    log.fatal({ origin, defect: describeDefect(error) }, 'chatd ends: nobody caught this');
    process.exit(1);
  });
};

/** Starts the service and resolves with the exit code once it has stopped. Throws when it cannot start. */
export const runServe = async (options: LoadOptions): Promise<number> => {
  const config = loadConfig(options);
  const log = createLogger(config.logFormat);
  logDefects(log);
  for (const warning of config.warnings) log.warn(warning);
  const runtime = await createRuntime(config, {
    environment: options.environment,
    warn: (message) => log.warn(message),
  });
  const drain = createDrain();
  const { server, url } = await listen(createApp({ runtime: () => runtime, drain, log }), config.bind).catch(
    async (error: unknown) => {
      await runtime.close();
      throw error;
    },
  );
  log.info(
    {
      url,
      config: config.file ?? 'none (development mode)',
      providers: [...runtime.instances.keys()],
      default_provider: config.defaultProvider,
    },
    'chatd is listening',
  );
  const signal = await stopSignal();
  log.info(
    { signal, in_flight: drain.inFlight },
    'chatd is stopping: requests in flight finish, new ones get 503',
  );
  const cut = await drain.begin(config.drainMs);
  await close(server);
  await runtime.close();
  log.info({ cut }, 'chatd has stopped');
  return 0;
};
