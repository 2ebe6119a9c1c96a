import { isChatError } from '@lakehouse/chat-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressDefect, createAddressCheck } from '../src/plugin-host/address-rules.js';

const table = '[chatd.plugins]';
const allows = (address: string, addresses?: readonly string[]): boolean => {
  try {
    createAddressCheck({ id: 'lab', addresses, table })(address);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'provider-unavailable', provider: 'lab', retryable: false });
    return false;
  }
};
const messageOf = (address: string, addresses?: readonly string[], place = table): string => {
  try {
    createAddressCheck({ id: 'lab', addresses, table: place })(address);
    return 'allowed';
  } catch (error) {
    return isChatError(error) ? error.message : 'no ChatError';
  }
};

describe('without a list', () => {
  it.each([
    '169.254.169.254',
    '169.254.170.2',
    'fe80::1',
    'fe80::a9fe:a9fe%eth0',
    'fd00:ec2::254',
    'fd20:ce::254',
    'fd00:42::42',
    'fd00:a9fe:a9fe::1',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    '::ffff:169.254.169.254',
    '64:ff9b::169.254.169.254',
  ])('%s is refused', (address) => {
    expect(allows(address)).toBe(false);
  });

  it.each([
    '127.0.0.1',
    '::1',
    '0.0.0.0',
    '10.1.2.3',
    '192.168.1.2',
    '104.18.2.115',
    '2606:4700::6812:273',
    'fd12::1',
  ])('%s may be reached', (address) => {
    expect(allows(address)).toBe(true);
  });

  it('a refusal says which table would allow it', () => {
    expect(messageOf('169.254.169.254')).toBe(
      'lab may not connect to 169.254.169.254: link-local addresses and those of metadata services are refused unless they are listed; write addresses = ["169.254.169.254"] into [chatd.providers.lab], with all others that it may reach',
    );
  });
});

describe('with a list', () => {
  it('only what it holds may be reached', () => {
    const list = ['10.0.0.0/8', '127.0.0.1', 'fd00::/8'];
    for (const address of ['10.255.0.1', '127.0.0.1', 'fd12::9']) expect(allows(address, list)).toBe(true);
    for (const address of ['11.0.0.1', '127.0.0.2', '::1', '0.0.0.0', '169.254.169.254', '64:ff9b::a00:1']) {
      expect(allows(address, list)).toBe(false);
    }
  });

  it('a metadata service may be reached that is listed, and none at all when the list is empty', () => {
    expect(allows('169.254.169.254', ['169.254.169.254'])).toBe(true);
    expect(allows('127.0.0.1', [])).toBe(false);
  });

  it('a range of IPv6 holds no IPv4 address, however that is written', () => {
    expect(allows('::ffff:10.0.0.1', ['::/0'])).toBe(false);
    expect(allows('10.0.0.1', ['::/0'])).toBe(false);
  });

  it('a refusal names the list', () => {
    expect(messageOf('::ffff:7f00:1', ['10.0.0.0/8'])).toBe(
      'lab may not connect to 127.0.0.1: it is not in "addresses"; add "127.0.0.1" there in [chatd.plugins], or give [chatd.providers.lab] a list of its own',
    );
    expect(messageOf('127.0.0.1', [], '[chatd.providers.lab]')).toBe(
      'lab may not connect to 127.0.0.1: it is not in "addresses"; add "127.0.0.1" there in [chatd.providers.lab]',
    );
  });

  it.each(['localhost', '127.1', '0x7f000001', '2130706433', ''])(
    '%o is no address, whatever the list says',
    (text) => {
      expect(allows(text)).toBe(false);
      expect(allows(text, ['0.0.0.0/0', '::/0'])).toBe(false);
    },
  );
});

const hex = (byte: number, width = 2): string => byte.toString(16).padStart(width, '0');

/** All ways in which an IPv4 address is written, as they come out of the parser of URLs. */
const spellings = ([a, b, c, d]: readonly [number, number, number, number]): readonly string[] => {
  const dotted = `${a}.${b}.${c}.${d}`;
  const number = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d;
  const groups = `${hex(a)}${hex(b)}:${hex(c)}${hex(d)}`;
  const short = `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  const hosts = [
    dotted,
    String(number),
    `0x${number.toString(16)}`,
    `0${number.toString(8)}`,
    `${a}.${b}.${c * 256 + d}`,
    `0x${hex(a)}.0${b.toString(8)}.${c}.0x${hex(d)}`,
  ].map((host) => new URL(`http://${host}`).hostname);
  const mapped = [`::ffff:${dotted}`, `::ffff:${groups}`, `::FFFF:${short}`, `0:0:0:0:0:ffff:${dotted}`];
  return [...hosts, ...mapped, ...mapped.map((text) => new URL(`http://[${text}]`).hostname.slice(1, -1))];
};

describe('an IPv4 address has one verdict, however it is written', () => {
  const byte = fc.integer({ min: 0, max: 255 });
  const special = fc.constantFrom<[number, number, number, number]>(
    [169, 254, 169, 254],
    [100, 100, 100, 200],
    [168, 63, 129, 16],
    [0, 0, 0, 0],
    [0, 0, 0, 1],
    [127, 0, 0, 1],
    [255, 255, 255, 255],
  );
  const addresses = fc.oneof(fc.tuple(byte, byte, byte, byte), special);

  it('without a list', () => {
    fc.assert(
      fc.property(addresses, (address) => {
        const verdicts = spellings(address).map((text) => allows(text));
        expect(new Set(verdicts).size).toBe(1);
      }),
    );
  });

  it('with any list, and the verdict is that of the arithmetic', () => {
    fc.assert(
      fc.property(addresses, addresses, fc.integer({ min: 0, max: 32 }), (address, base, prefix) => {
        const toBits = (bytes: readonly number[]): string =>
          bytes.map((part) => part.toString(2).padStart(8, '0')).join('');
        const expected = toBits(address).slice(0, prefix) === toBits(base).slice(0, prefix);
        const verdicts = spellings(address).map((text) => allows(text, [`${base.join('.')}/${prefix}`]));
        expect(new Set(verdicts)).toEqual(new Set([expected]));
      }),
    );
  });
});

describe('an entry of the list', () => {
  it.each(['10.0.0.0/8', '127.0.0.1', '::1', 'fd00::/8', '0.0.0.0/0', '::/0', '10.1.2.3/8'])(
    'may be %s',
    (text) => {
      expect(addressDefect(text)).toBeUndefined();
    },
  );

  it.each([
    'localhost',
    'example.com',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/',
    '/8',
    '10.0.0/8',
    '10.0.0.0/8/8',
    '',
    '*',
    'fe80::1%eth0',
    '::ffff:10.0.0.1',
    '::ffff:0:0/96',
    '10.0.0.0/-1',
    '[::1]',
    'http://10.0.0.1',
  ])('is not %o', (text) => {
    expect(addressDefect(text)).toMatch(/^expected an IP address such as/);
  });
});
