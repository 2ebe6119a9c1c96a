import { isIP } from 'node:net';
import { isLoopback } from './bind-address.js';

/** The name in a `Host` header, without its port and brackets, in lower case. */
const nameOf = (header: string): string =>
  header
    .replace(/:\d*$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();

/**
 * Whether a request may be meant for a server that only this machine should reach. A page of the web can have the name of
 * its own site lead to this machine, and then call the server as if it were that site; it cannot do so with an IP address
 * or with `localhost`. `allowed`: further names, for a proxy that passes its own on.
 */
export const isTrustedHost = (header: string | undefined, allowed: readonly string[] = []): boolean => {
  if (header === undefined) return true; // no browser leaves it out
  const name = nameOf(header);
  return isIP(name) !== 0 || isLoopback(name) || allowed.some((host) => host.toLowerCase() === name);
};
