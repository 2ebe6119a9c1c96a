import type { IncomingHttpHeaders } from 'node:http';

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `"1m30s"`, `"120ms"`, `"34.4s"` in milliseconds; undefined when it is something else. */
export const parseWait = (text: string): number | undefined => {
  const parts = [...text.trim().matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text.trim()) return undefined;
  return parts.reduce((total, [, amount, unit]) => total + Number(amount) * (unitMs[unit ?? ''] ?? 0), 0);
};

const positive = (milliseconds: number | undefined): number | undefined =>
  milliseconds !== undefined && Number.isFinite(milliseconds) && milliseconds > 0
    ? Math.ceil(milliseconds)
    : undefined;

const header = (headers: IncomingHttpHeaders, name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
};

const looksLikeDate = /^[a-z]{3,9},? .*\d{4}|^\d{4}-\d\d-\d\dT/i;

const fromSecondsOrDate = (text: string | undefined, now: number): number | undefined => {
  if (text === undefined || text.trim() === '') return undefined;
  const seconds = Number(text);
  if (Number.isFinite(seconds)) return positive(seconds * 1000);
  // `Date.parse` alone makes a date of almost any text that has a number in it.
  return looksLikeDate.test(text.trim()) ? positive(Date.parse(text) - now) : undefined;
};

const spelledOut: readonly (readonly [RegExp, string])[] = [
  [/ ?milliseconds?\b/g, 'ms'],
  [/ ?seconds?\b/g, 's'],
  [/ ?minutes?\b/g, 'm'],
  [/ ?hours?\b/g, 'h'],
  [/ ?days?\b/g, 'd'],
];

const fromText = (text: string): number | undefined => {
  const short = spelledOut.reduce((result, [word, unit]) => result.replace(word, unit), text.toLowerCase());
  const wait = /\b(?:try|retry|retrying)(?: again)? (?:in|after) ((?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+)/.exec(
    short,
  )?.[1];
  return positive(wait === undefined ? undefined : parseWait(wait));
};

const fromResetHeaders = (headers: IncomingHttpHeaders, now: number): number | undefined => {
  const waits = ['', '-requests', '-tokens'].flatMap((kind) => {
    const reset = header(headers, `x-ratelimit-reset${kind}`);
    if (reset === undefined || header(headers, `x-ratelimit-remaining${kind}`) !== '0') return [];
    const epoch = Number(reset);
    if (!Number.isFinite(epoch)) return [parseWait(reset) ?? 0];
    return [epoch > 1e12 ? epoch - now : epoch > 1e9 ? epoch * 1000 - now : epoch * 1000];
  });
  return positive(waits.length === 0 ? undefined : Math.max(...waits));
};

/**
 * How long the upstream asks to wait, in milliseconds: `retry-after-ms`, `retry-after` (seconds or date), Google's
 * `retryDelay`, "try again in 20s" in the text, rate-limit resets. A wait of 0, which Azure sends, is no statement.
 */
export const readRetryAfter = (
  headers: IncomingHttpHeaders,
  fault: { readonly words: string; readonly retryDelay?: string },
  now: number = Date.now(),
): number | undefined =>
  positive(Number(header(headers, 'retry-after-ms') ?? Number.NaN)) ??
  fromSecondsOrDate(header(headers, 'retry-after'), now) ??
  positive(fault.retryDelay === undefined ? undefined : parseWait(fault.retryDelay)) ??
  fromText(fault.words) ??
  fromResetHeaders(headers, now);
