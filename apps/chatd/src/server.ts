import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type BindAddress, formatBindAddress } from '@lakehouse/config-file';
import type { Express } from 'express';
import type { App } from './app.js';

// An `import` of node:http reads each of its names, and one of them is a second undici with all of `fetch`.
const { createServer, IncomingMessage, ServerResponse } = process.getBuiltinModule('node:http');

const keepAliveMs = 75_000;

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use, perhaps by another chatd; --bind chooses another address',
  EADDRNOTAVAIL: 'is not an address of this machine',
  EACCES: 'may not be opened by this user',
  ENOTFOUND: 'has an unknown host name',
};

/**
 * Classes of requests and responses that are Express's own from the start. Express gives each one its prototype, which
 * makes an object slow for the rest of its life; where it has that prototype already, nothing happens.
 */
const expressClasses = (app: Express) => {
  class ExpressRequest extends IncomingMessage {}
  class ExpressResponse extends ServerResponse {}
  Object.setPrototypeOf(ExpressRequest.prototype, app.request);
  Object.setPrototypeOf(ExpressResponse.prototype, app.response);
  app.request = ExpressRequest.prototype as typeof app.request;
  app.response = ExpressResponse.prototype as typeof app.response;
  return { IncomingMessage: ExpressRequest, ServerResponse: ExpressResponse };
};

/** Listens, or throws an `Error` that says in one line why it cannot. */
export const listen = (
  { express, listener }: App,
  bind: BindAddress,
): Promise<{ server: Server; url: string }> =>
  new Promise((resolve, reject) => {
    const server = createServer({ keepAliveTimeout: keepAliveMs, ...expressClasses(express) }, listener);
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
