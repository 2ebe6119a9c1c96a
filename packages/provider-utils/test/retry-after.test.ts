import { describe, expect, it } from 'vitest';
import { parseWait, readRetryAfter } from '../src/index.js';

const now = Date.parse('2024-05-05T12:00:00Z');

const wait = (
  headers: Record<string, string | string[]>,
  words = '',
  retryDelay?: string,
): number | undefined =>
  readRetryAfter(headers, { words, ...(retryDelay !== undefined && { retryDelay }) }, now);

describe('readRetryAfter', () => {
  it.each([
    [{ 'retry-after': '7' }, 7000],
    [{ 'retry-after': '0.25' }, 250],
    [{ 'retry-after': ' 2 ' }, 2000],
    [{ 'retry-after': 'Sun, 05 May 2024 12:00:30 GMT' }, 30_000],
    [{ 'retry-after': 'Sunday, 05-May-24 12:00:30 GMT' }, undefined], // a form of 1994, whose year nobody knows
    [{ 'retry-after': '2024-05-05T12:00:30Z' }, 30_000],
    [{ 'retry-after': 'Sun, 05 May 2024 11:00:00 GMT' }, undefined],
    [{ 'retry-after-ms': '350', 'retry-after': '7' }, 350],
    [{ 'retry-after-ms': '0', 'retry-after': '1' }, 1000], // Azure
    [{ 'retry-after-ms': 'soon', 'retry-after': '1' }, 1000],
    [{ 'retry-after': '0' }, undefined],
    [{ 'retry-after': '-5' }, undefined],
    [{ 'retry-after': '' }, undefined],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': 'in 5 or so' }, undefined],
    [{ 'retry-after': '120, 60' }, undefined],
    [{ 'retry-after': 'NaN' }, undefined],
    [{ 'retry-after': 'Infinity' }, undefined],
    [{ 'retry-after': ['3', '9'] }, 3000],
    [{ 'x-ratelimit-reset-requests': '6m0s', 'x-ratelimit-remaining-requests': '0' }, 360_000],
    [{ 'x-ratelimit-reset-requests': '6m0s', 'x-ratelimit-remaining-requests': '3' }, undefined],
    [{ 'x-ratelimit-reset-tokens': '120ms', 'x-ratelimit-remaining-tokens': '0' }, 120],
    [{ 'x-ratelimit-reset': String(now + 5000), 'x-ratelimit-remaining': '0' }, 5000],
    [{ 'x-ratelimit-reset': String(now / 1000 + 5), 'x-ratelimit-remaining': '0' }, 5000],
    [{ 'x-ratelimit-reset': '5', 'x-ratelimit-remaining': '0' }, 5000],
    [{ 'x-ratelimit-reset': 'later', 'x-ratelimit-remaining': '0' }, undefined],
    [{}, undefined],
  ] as const)('headers %j: %j ms', (headers, expected) => {
    expect(wait(headers as unknown as Record<string, string>)).toBe(expected);
  });

  it.each([
    ['Please try again in 20s.', 20_000],
    ['Try again in 1m3s', 63_000],
    ['please retry after 350ms', 350],
    ['Please retry after 23 seconds.', 23_000],
    ['try again in 2 minutes', 120_000],
    ['Try again in 1.5 hours', 5_400_000],
    ['try again in 0s', undefined],
    ['try again in a moment', undefined],
    ['try again in 20', undefined],
    ['retry the 5s clip', undefined],
  ])('text %j: %j ms', (words, expected) => {
    expect(wait({}, words)).toBe(expected);
  });

  it("reads Google's retryDelay, after the headers and before the text", () => {
    expect(wait({}, '', '34.4s')).toBe(34_400);
    expect(wait({}, '', 'soon')).toBeUndefined();
    expect(wait({}, 'try again in 9s', '3s')).toBe(3000);
    expect(wait({ 'retry-after': '1' }, '', '3s')).toBe(1000);
  });
});

describe('parseWait', () => {
  it.each([
    ['1d', 86_400_000],
    ['1h2m3s4ms', 3_723_004],
    [' 5s ', 5000],
    ['5', undefined],
    ['5 s', undefined],
    ['s', undefined],
    ['', undefined],
    ['5sx', undefined],
    ['-5s', undefined],
  ])('%j is %j ms', (text, expected) => {
    expect(parseWait(text)).toBe(expected);
  });
});
