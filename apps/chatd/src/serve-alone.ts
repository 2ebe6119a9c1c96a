import { createApp } from './app.js';
import { createDrain } from './drain.js';
import { createMetrics } from './metrics/metrics.js';
import { createProviderEnvironment } from './provider-environment.js';
import { createRuntime } from './runtime.js';
import { createRuntimeHolder } from './runtime-holder.js';
import { createRuntimeHost } from './runtime-host.js';
import { close, listen } from './server.js';
import type { ServeOptions, Serving } from './serving.js';
import { settleHeap } from './settle-heap.js';

/** Serves in this process. Throws when it cannot start. */
export const serveAlone = async ({ load, config, log }: ServeOptions): Promise<Serving> => {
  const environment = () => createProviderEnvironment(load.environment, log);
  const runtime = await createRuntime(config, environment());
  const runtimes = createRuntimeHolder(runtime, { log });
  const drain = createDrain();
  const app = createApp({ runtimes, drain, log, metrics: createMetrics(), instanceId: crypto.randomUUID() });
  const { server, url } = await listen(app, config.bind).catch(async (error: unknown) => {
    await runtimes.close();
    throw error;
  });
  settleHeap(drain);
  const finish = async (): Promise<number> => {
    const cut = await drain.begin(runtimes.current.config.drainMs);
    await close(server);
    await runtimes.close();
    return cut;
  };
  return {
    url,
    providers: [...runtime.instances.keys()],
    host: createRuntimeHost({ runtimes, log, environment }),
    drain: () => Promise.resolve({ inFlight: drain.inFlight, over: finish() }),
  };
};
