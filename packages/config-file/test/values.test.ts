import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bindAddress,
  byteSize,
  didYouMean,
  duration,
  formatBindAddress,
  formatByteSize,
  formatDuration,
  isLoopback,
  parseBindAddress,
  parseByteSize,
  parseDuration,
  suggest,
} from '../src/index.js';

describe('duration', () => {
  test.each([
    ['500ms', 500],
    ['3s', 3000],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['1.5s', 1500],
    ['0s', 0],
  ])('%j is %i milliseconds', (text, milliseconds) => {
    expect(duration.parse(text)).toBe(milliseconds);
  });

  test.each(['', '3', 's', '3 s', '-3s', '3S', '3d', '1e3s', '3s ', '٣s', 3, true, null])(
    '%j is refused',
    (input) => {
      expect(duration.safeParse(input).error?.issues[0]?.message).toContain(
        'expected a duration with a unit such as "500ms", "3s", "2m" or "1h"',
      );
    },
  );

  test('a bare number is told what it lacks', () => {
    expect(duration.safeParse(3).error?.issues[0]?.message).toBe(
      'expected a duration with a unit such as "500ms", "3s", "2m" or "1h", found a number',
    );
  });

  test('more than a timer can wait is refused', () => {
    expect(duration.parse('596h')).toBeLessThan(2 ** 31);
    expect(duration.safeParse('597h').error?.issues[0]?.message).toBe(
      'expected a duration of at most "596h"',
    );
  });

  test('every number of milliseconds survives the way to text and back', () => {
    fc.assert(
      fc.property(fc.nat(), (milliseconds) => parseDuration(formatDuration(milliseconds)) === milliseconds),
    );
    expect([0, 90_000, 7_200_000, 1500].map(formatDuration)).toEqual(['0ms', '90s', '2h', '1500ms']);
  });

  test('every text that is accepted is a whole number of milliseconds', () => {
    const text = fc.tuple(fc.float({ min: 0, noNaN: true }), fc.constantFrom('ms', 's', 'm', 'h', 'd', ''));
    fc.assert(
      fc.property(text, ([amount, unit]) => Number.isInteger(parseDuration(`${amount}${unit}`) ?? 0)),
    );
  });
});

describe('byteSize', () => {
  test.each([
    ['32MiB', 33_554_432],
    ['512KiB', 524_288],
    ['1GiB', 1_073_741_824],
    ['0.5KiB', 512],
    ['10B', 10],
  ])('%j is %i bytes', (text, bytes) => {
    expect(byteSize.parse(text)).toBe(bytes);
  });

  test.each(['32MB', '32', 'MiB', '-1KiB', '1 KiB', '9999999999GiB', 32])('%j is refused', (input) => {
    expect(byteSize.safeParse(input).error?.issues[0]?.message).toContain('expected a size with a unit');
  });

  test('a number of bytes survives the way to text and back', () => {
    fc.assert(fc.property(fc.nat(), (bytes) => parseByteSize(formatByteSize(bytes)) === bytes));
    const sizes = [0, 1, 1023, 1536, 512 * 1024, 32 * 1024 ** 2, 1024 ** 3];
    expect(sizes.map(formatByteSize)).toEqual(['0B', '1B', '1023B', '1536B', '512KiB', '32MiB', '1GiB']);
  });
});

describe('bindAddress', () => {
  test.each([
    ['127.0.0.1:3220', { host: '127.0.0.1', port: 3220 }],
    ['[::1]:3220', { host: '::1', port: 3220 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
    ['chat-1.example.com:65535', { host: 'chat-1.example.com', port: 65535 }],
  ])('%j is host and port', (text, address) => {
    expect(bindAddress.parse(text)).toEqual(address);
    expect(formatBindAddress(address)).toBe(text);
  });

  const incomplete = ['3220', ':3220', '127.0.0.1', '127.0.0.1:', '[::1', '::1:3220', 3220];
  const wrong = [
    '127.0.0.1:65536',
    '127.0.0:80',
    '256.0.0.1:80',
    '[127.0.0.1]:80',
    'a b:80',
    '-a:80',
    'a..b:80',
  ];
  const urls = ['http://localhost:80', 'localhost:80/'];
  test.each([...incomplete, ...wrong, ...urls])('%j is refused', (input) => {
    expect(bindAddress.safeParse(input).error?.issues[0]?.message).toContain(
      'expected an address and a port',
    );
  });

  test('an address that is read back is the same', () => {
    const address = fc.record({
      host: fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain()),
      port: fc.nat({ max: 65_535 }),
    });
    fc.assert(
      fc.property(address, (input) => {
        expect(parseBindAddress(formatBindAddress(input))).toEqual(input);
      }),
    );
  });
});

test.each([
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['::1', true],
  ['[::1]', true],
  ['0:0:0:0:0:0:0:1', true],
  ['::ffff:127.0.0.1', true],
  ['localhost', true],
  ['LOCALHOST', true],
  ['0.0.0.0', false],
  ['::', false],
  ['10.0.0.5', false],
  ['::ffff:10.0.0.5', false],
  ['127.0.0.1.example.com', false],
  ['localhost.example.com', false],
])('isLoopback(%j) is %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});

test('suggest finds what was most likely meant, and nothing when all is far', () => {
  const keys = ['retry', 'timeouts', 'default_provider', 'bind', 'allow_open'];
  expect(suggest('retri', keys)).toBe('retry');
  expect(suggest('Timeout', keys)).toBe('timeouts');
  expect(suggest('default-provider', keys)).toBe('default_provider');
  expect(suggest('port', keys)).toBeUndefined();
  expect(didYouMean('bnd', keys)).toBe('; did you mean "bind"?');
  expect(didYouMean('port', keys)).toBe('');
});
