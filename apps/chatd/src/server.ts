import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type BindAddress, formatBindAddress } from '@lakehouse/config-file';
import type { Express } from 'express';

const keepAliveMs = 75_000;

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use, perhaps by another chatd; --bind chooses another address',
  EADDRNOTAVAIL: 'is not an address of this machine',
  EACCES: 'may not be opened by this user',
  ENOTFOUND: 'has an unknown host name',
};

/** Listens, or throws an `Error` that says in one line why it cannot. */
export const listen = (app: Express, bind: BindAddress): Promise<{ server: Server; url: string }> =>
  new Promise((resolve, reject) => {
    // An `import` of node:http reads each of its names, and one of them is a second undici with all of `fetch`.
    const { createServer } = process.getBuiltinModule('node:http');
    const server = createServer({ keepAliveTimeout: keepAliveMs }, app);
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new Error(
          `${formatBindAddress(bind)} ${reasons[error.code ?? ''] ?? `cannot be opened (${error.code})`}`,
        ),
      );
    });
    server.listen(bind.port, bind.host, () => {
      const { port } = server.address() as AddressInfo;
      resolve({ server, url: `http://${formatBindAddress({ host: bind.host, port })}` });
    });
  });

/** Closes a server whose requests are over. */
export const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
