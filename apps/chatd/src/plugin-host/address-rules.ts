import { BlockList, isIP } from 'node:net';
import { ChatError } from '@lakehouse/chat-core';
import { wellKnown } from '../well-known.js';

interface AddressRange {
  readonly address: string;
  readonly family: 'ipv4' | 'ipv6';
  readonly prefix: number;
}

const familyOf = (address: string): AddressRange['family'] => (isIP(address) === 4 ? 'ipv4' : 'ipv6');

/** An IPv4 address that is written as one of IPv6 is that IPv4 address: `::ffff:7f00:1` connects to 127.0.0.1. */
const withoutMapping = (address: string): string => {
  if (isIP(address) !== 6) return address;
  const { hostname } = new URL(`http://[${address}]`);
  const [, high, low] = /^\[::ffff:([0-9a-f]+):([0-9a-f]+)\]$/.exec(hostname) ?? [];
  if (high === undefined || low === undefined) return address;
  return [high, low]
    .map((group) => Number.parseInt(group, 16))
    .flatMap((group) => [group >> 8, group & 0xff])
    .join('.');
};

/** An IP address, or a range as in `10.0.0.0/8`; undefined for other text, and for IPv4 in the form of IPv6. */
const parseRange = (text: string): AddressRange | undefined => {
  const [, address = '', digits] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  if (isIP(address) === 0 || withoutMapping(address) !== address) return undefined;
  const family = familyOf(address);
  const longest = family === 'ipv4' ? 32 : 128;
  const prefix = digits === undefined ? longest : Number(digits);
  return prefix > longest ? undefined : { address, family, prefix };
};

/** Says what is wrong with an entry of the config; undefined when it is right. */
export const addressDefect = (text: string): string | undefined =>
  parseRange(text)
    ? undefined
    : 'expected an IP address such as "127.0.0.1" or "::1", or a range such as "10.0.0.0/8"; host names are not listed, but what they lead to';

/** Whether one of the ranges holds an address. Each family has its list: node would find every IPv4 address in `::/0`. */
const createMatcher = (entries: readonly string[]): ((address: string) => boolean) => {
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const entry of entries) {
    const range = parseRange(entry);
    if (!range) throw new Error(`${entry} is neither an IP address nor a range`);
    lists[range.family].addSubnet(range.address, range.prefix, range.family);
  }
  return (address) => lists[familyOf(address)].check(address, familyOf(address));
};

/** The addresses that one instance may reach. */
export interface AddressRules {
  /** Instance id. */
  readonly id: string;
  /** Only these; absent means all but the ones that are refused by default. */
  readonly addresses?: readonly string[] | undefined;
  /** The table that holds the list. */
  readonly table: string;
}

/**
 * Reached only by who lists them: nothing that answers a chat lives there, but keys of the machine do. 0.0.0.0 and :: are not
 * among them: they lead to this machine as loopback does, where local models are served.
 */
const refusedByDefault = wellKnown.refused_addresses.map(({ address }) => address);

/** Makes the check of addresses of one instance. It throws a `ChatError` that says what to write into the config. */
export const createAddressCheck = ({ id, addresses, table }: AddressRules): ((address: string) => void) => {
  const isListed = createMatcher(addresses ?? refusedByDefault);
  const own = `[chatd.providers.${id}]`;
  const refuse = (why: string): ChatError =>
    new ChatError('provider-unavailable', `${id} may not connect to ${why}`, { provider: id });
  return (text) => {
    const [address = ''] = text.split('%', 1); // the network interface of a link-local address
    if (isIP(address) === 0) throw refuse(`${JSON.stringify(text)}: it is not an IP address`);
    const plain = withoutMapping(address);
    const listed = isListed(plain);
    if (addresses && !listed) {
      const place = table === own ? own : `${table}, or give ${own} a list of its own`;
      throw refuse(`${plain}: it is not in "addresses"; add "${plain}" there in ${place}`);
    }
    if (!addresses && listed) {
      const remedy = `write addresses = ["${plain}"] into ${own}, with all others that it may reach`;
      throw refuse(
        `${plain}: link-local addresses and those of metadata services are refused unless they are listed; ${remedy}`,
      );
    }
  };
};
