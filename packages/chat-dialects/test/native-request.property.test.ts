import { chatRequestSchema, isChatError } from '@lakehouse/chat-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseNativeRequest } from '../src/index.js';
import { chatRequest } from './support/arbitraries.js';
import { toWire } from './support/to-wire.js';

it('keeps everything of a request that the wire can express, and warns of nothing', () => {
  fc.assert(
    fc.property(chatRequest, (request) => {
      const json: unknown = JSON.parse(JSON.stringify(toWire(request)));
      const parsed = parseNativeRequest(json);
      expect(parsed.request).toEqual(JSON.parse(JSON.stringify(request)));
      expect(parsed.warnings).toEqual([]);
      expect(chatRequestSchema.safeParse(parsed.request).success).toBe(true);
    }),
    { numRuns: 300 },
  );
});

const refusesOrParses = (json: unknown): void => {
  try {
    const { request } = parseNativeRequest(json);
    expect(chatRequestSchema.safeParse(request).success).toBe(true);
  } catch (error) {
    expect(isChatError(error) && ['invalid-request', 'unsupported'].includes(error.code)).toBe(true);
  }
};

it('throws nothing but a ChatError, whatever JSON it is given', () => {
  fc.assert(fc.property(fc.jsonValue(), refusesOrParses), { numRuns: 500 });
});

it('throws nothing but a ChatError when one value of a good request is replaced by any other', () => {
  const places = (value: unknown, path: readonly string[] = []): (readonly string[])[] =>
    typeof value === 'object' && value !== null
      ? [path, ...Object.entries(value).flatMap(([key, member]) => places(member, [...path, key]))]
      : [path];
  const replace = (value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown => {
    if (key === undefined) return by;
    const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<
      string,
      unknown
    >;
    copy[key] = replace(copy[key], rest, by);
    return copy;
  };
  fc.assert(
    fc.property(chatRequest, fc.nat(), fc.jsonValue(), (request, seed, by) => {
      const json = toWire(request);
      const all = places(json);
      refusesOrParses(replace(json, all[seed % all.length] ?? [], by));
    }),
    { numRuns: 500 },
  );
});
