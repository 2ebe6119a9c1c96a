import { isIP, Socket } from 'node:net';
import type { Transport } from '@lakehouse/chat-core';
import { buildConnector } from 'undici';

const refuse = (error: Error, callback: buildConnector.Callback): Socket =>
  new Socket().once('error', () => callback(error, null)).destroy(error);

/** Makes connections, only to addresses that the transport lets be reached. Like undici's own it gives its sockets back. */
export const createConnector = (
  options: buildConnector.BuildOptions,
  transport: Transport | undefined,
): buildConnector.connector => {
  if (!transport) return buildConnector(options);
  const connect = buildConnector({ ...options, lookup: transport.lookup });
  return (target, callback) => {
    const { hostname } = target; // without the brackets of IPv6
    try {
      if (isIP(hostname) !== 0) transport.checkAddress(hostname); // a socket looks only names up
    } catch (error) {
      return refuse(error as Error, callback);
    }
    return connect(target, callback);
  };
};
