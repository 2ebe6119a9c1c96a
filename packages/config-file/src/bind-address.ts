import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { z } from 'zod';
import { mismatch } from './describe-value.js';

/** Where a server listens. */
export interface BindAddress {
  /** An IP address without brackets, or a host name. */
  readonly host: string;
  /** 0 lets the system choose one. */
  readonly port: number;
}

const expected = 'expected an address and a port such as "127.0.0.1:3220", "[::1]:3220" or "localhost:3220"';

const pattern = /^(?:\[(?<ipv6>[^\]]+)\]|(?<name>[^[\]:/\s]+)):(?<port>\d{1,5})$/;
const hostName = /^(?=.{1,253}$)(?!-)[A-Za-z0-9-]{1,63}(?<!-)(?:\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*$/;
const looksLikeIp = /^[\d.]+$/;

/** `"[::1]:3220"` as host and port; undefined when the text is not an address with a port from 0 to 65535. */
export const parseBindAddress = (text: string): BindAddress | undefined => {
  const groups = pattern.exec(text)?.groups;
  if (!groups) return undefined;
  const { ipv6, name = '', port: digits } = groups;
  const port = Number(digits);
  if (port > 65_535) return undefined;
  if (ipv6 !== undefined) return isIPv6(ipv6) ? { host: ipv6, port } : undefined;
  const isHost = looksLikeIp.test(name) ? isIPv4(name) : hostName.test(name);
  return isHost ? { host: name, port } : undefined;
};

/** An address as a URL and a configuration file write it: `[::1]:3220`. */
export const formatBindAddress = ({ host, port }: BindAddress): string =>
  isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;

/** Host and port to listen on. */
export const bindAddress = z.string({ error: mismatch(expected) }).transform((text, context): BindAddress => {
  const address = parseBindAddress(text);
  if (address) return address;
  context.addIssue(expected);
  return z.NEVER;
});

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether only this machine reaches the host: `localhost`, 127.0.0.0/8, `::1`. */
export const isLoopback = (host: string): boolean => {
  const name = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (isIPv4(name)) return loopback.check(name, 'ipv4');
  if (isIPv6(name)) return loopback.check(name, 'ipv6');
  return name === 'localhost' || name.endsWith('.localhost');
};
