import { lookup as lookUp } from 'node:dns';
import { isIP, type LookupFunction, Socket } from 'node:net';
import { buildConnector } from 'undici';

type AddressCheck = (address: string) => void;

const errorOf = (check: AddressCheck, address: string): Error | undefined => {
  try {
    check(address);
    return undefined;
  } catch (error) {
    return error as Error;
  }
};

/**
 * Resolves names to the addresses that may be reached. The socket connects to what comes out of here, so that a name which
 * leads elsewhere the next time it is asked for gains nothing.
 */
export const createGuardedLookup =
  (check: AddressCheck): LookupFunction =>
  (hostname, options, callback) => {
    lookUp(hostname, { ...options, all: true }, (error, found) => {
      if (error) {
        callback(error, []);
        return;
      }
      const refusals = found.map(({ address }) => errorOf(check, address));
      const allowed = found.filter((_, index) => refusals[index] === undefined);
      const [first] = allowed;
      if (!first) callback(refusals[0] ?? new Error(`${hostname} has no address`), []);
      else if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };

/** Makes connections for a client of undici, each to an address that may be reached. */
export const createGuardedConnector = (
  check: AddressCheck,
  lookup: LookupFunction,
  connectMs: number,
): buildConnector.connector => {
  const connect = buildConnector({ timeout: connectMs, allowH2: false, lookup });
  return (target, callback) => {
    const { hostname } = target;
    const refusal = isIP(hostname) === 0 ? undefined : errorOf(check, hostname); // only names are looked up
    if (refusal) new Socket().once('error', () => callback(refusal, null)).destroy(refusal);
    else connect(target, callback);
  };
};
