import { ChatError } from '@lakehouse/chat-core';
import { isTrustedHost } from '@lakehouse/config-file';
import type { RequestHandler } from 'express';
import type { Service } from './service.js';

/** Refuses requests under a name that a page of the web may have made lead to this machine, to use its keys. */
export const refuseForeignHosts =
  ({ runtimes }: Pick<Service, 'runtimes'>): RequestHandler =>
  (request, _response, next) => {
    const { anyHost, allowedHosts } = runtimes.current.config;
    if (!anyHost && !isTrustedHost(request.headers.host, allowedHosts)) {
      const message =
        'The Host header names neither an IP address nor localhost; add the name to allowed_hosts under [chatd]';
      throw new ChatError('permission-denied', message, { retryable: false });
    }
    next();
  };
