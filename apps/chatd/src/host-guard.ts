import { ChatError } from '@lakehouse/chat-core';
import { isTrustedHost } from '@lakehouse/config-file';
import type { Request } from 'express';
import type { Service } from './service.js';

/** Refuses requests under a name that a page of the web may have made lead to this machine, to use its keys. */
export const refuseForeignHosts = ({
  runtimes,
}: Pick<Service, 'runtimes'>): ((request: Pick<Request, 'headers'>) => void) => {
  // Callers come again under the same name.
  let trusted: string | undefined;
  let trustedBy: readonly string[] | undefined;
  return (request) => {
    const { anyHost, allowedHosts } = runtimes.current.config;
    const { host } = request.headers;
    const known = host !== undefined && host === trusted && trustedBy === allowedHosts;
    if (!anyHost && !known) {
      if (!isTrustedHost(host, allowedHosts)) {
        const message =
          'The Host header names neither an IP address nor localhost; add the name to allowed_hosts under [chatd]';
        throw new ChatError('permission-denied', message, { retryable: false });
      }
      trusted = host;
      trustedBy = allowedHosts;
    }
  };
};
