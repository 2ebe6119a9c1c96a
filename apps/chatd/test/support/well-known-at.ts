import { type WellKnown, wellKnown } from '../../src/well-known.js';
import { closedAddress } from './stub-server.js';

/** The real data with the local servers at addresses of a test's own; the others are where nothing listens. */
export const wellKnownAt = async (addresses: Readonly<Record<string, string>>): Promise<WellKnown> => {
  const closed = await closedAddress();
  return {
    ...wellKnown,
    local_servers: wellKnown.local_servers.map((server) => ({
      ...server,
      url: addresses[server.id] ?? closed,
    })),
  };
};
