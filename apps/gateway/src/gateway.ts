import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type BindAddress, formatBindAddress } from '@lakehouse/config-file';
import type { Logger } from 'pino';
import { createApp } from './app.js';
import type { GatewayConfig } from './config.js';
import { createDrain } from './drain.js';
import { createForwarder } from './forward.js';

/** A gateway that listens. */
export interface Gateway {
  /** Where it really listens: port 0 became another one. */
  readonly address: BindAddress;
  /** Lets streams finish within `drainTimeout`, refuses new requests meanwhile, then closes. */
  stop(): Promise<void>;
}

/** The gateway cannot listen where it should; the message is for the operator. */
export class ListenError extends Error {
  constructor(bind: BindAddress, cause: unknown) {
    const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
    const reasons: Readonly<Record<string, string>> = {
      EADDRINUSE: 'the port is in use',
      EACCES: 'this user may not use the port',
      EADDRNOTAVAIL: 'this machine does not have the address',
      ENOTFOUND: 'the host name is not known',
    };
    super(`cannot listen on ${formatBindAddress(bind)}: ${reasons[code] ?? code}`, { cause });
    this.name = 'ListenError';
  }
}

const listen = async (server: Server, bind: BindAddress): Promise<BindAddress> => {
  try {
    server.listen(bind.port, bind.host);
    await once(server, 'listening');
  } catch (error) {
    throw new ListenError(bind, error);
  }
  return { host: bind.host, port: (server.address() as AddressInfo).port };
};

/** Connections that send nothing, or half a request, may hold up the end no longer. */
const closeGrace = 1_000;

const close = async (server: Server): Promise<void> => {
  const closed = once(server, 'close');
  server.close();
  const timer = setTimeout(() => server.closeAllConnections(), closeGrace);
  await closed;
  clearTimeout(timer);
};

/** Starts a gateway. Throws a `ListenError`. */
export const startGateway = async (config: GatewayConfig, logger: Logger): Promise<Gateway> => {
  const forwarder = createForwarder(config);
  const drain = createDrain();
  const app = createApp({ config, forwarder, drain, logger });
  // Longer than the usual minute of load balancers: they, not the gateway, should close an idle connection.
  const server = createServer({ keepAliveTimeout: 75_000 }, app);
  const address = await listen(server, config.bind);
  const stop = async (): Promise<void> => {
    const cut = await drain.begin(config.drainTimeout);
    if (cut > 0) logger.warn({ cut }, 'drain timeout: open streams were cut');
    await close(server);
    forwarder.close();
  };
  let stopped: Promise<void> | undefined;
  return {
    address,
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
};
