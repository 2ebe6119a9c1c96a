import { gunzipSync } from 'node:zlib';
import { expect } from 'vitest';
import type { Ending, LookOptions, Sight } from './look.js';
import { type Found, readAnswer, terminalsOf, type WireForm } from './protocols.js';

/** What stands on the wire for one fault. */
export interface Expected {
  readonly status?: number | undefined;
  readonly ending: Ending;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly look?: LookOptions;
  readonly check?: (sight: Sight, form: WireForm) => void;
}

const bodyOf = ({ body }: Sight): string => body.toString('utf8');
const shortLook = { forMs: 400 } as const;

const isGood = (sight: Sight, form: WireForm): Found => {
  const found = readAnswer(form, bodyOf(sight));
  expect(found.texts.join('')).toMatch(/^Answer 1 of [\w-]+@wire [\s\S]*: [\s\S]*🧱/);
  expect(found.terminals).toBe(terminalsOf(form));
  expect(found.error).toBeUndefined();
  return found;
};

/** All that came is content, and there was some, but nothing said that this is all. */
const isBegun = (sight: Sight, { path, stream }: WireForm): void => {
  const text = bodyOf(sight);
  expect(text).not.toMatch(/"finish_reason":"stop"|"done":true|\[DONE\]/);
  if (stream) expect(text).toContain('Answer 1 of ');
  else expect(text.length, path).toBeGreaterThan(50);
  if (!stream) expect(() => JSON.parse(text) as unknown).toThrow();
};

const good: Expected = { status: 200, ending: 'complete', check: isGood };

const refused = (status: number, words: RegExp, headers: Expected['headers'] = {}): Expected => ({
  status,
  ending: 'complete',
  headers: { 'content-type': 'application/json', ...headers },
  check: (sight) => {
    const { error } = JSON.parse(bodyOf(sight)) as { error: unknown };
    expect(JSON.stringify(error)).toMatch(words);
  },
});

const html = { 'content-type': 'text/html; charset=utf-8' };
const failed = /had an error|unexpectedly stopped/;
const busy = /unavailable|server busy/;
const limited = /Rate limit|concurrent/;
const none: unknown = undefined;

/** By the name of the fault; the request is the first of its model name. */
export const sights: Readonly<Record<string, Expected>> = {
  healthy: good,
  'rate-limited': refused(429, limited, { 'retry-after': none, 'retry-after-ms': none }),
  'rate-limited-seconds': refused(429, limited, { 'retry-after': '1' }),
  'rate-limited-date': refused(429, limited, { 'retry-after': expect.stringMatching(/^\w{3}, .* GMT$/) }),
  'rate-limited-ms': refused(429, limited, { 'retry-after-ms': '120' }),
  'rate-limited-for-hours': refused(429, limited, { 'retry-after': '86400' }),
  quota: refused(429, /insufficient_quota|usage limit/),
  'always-500': refused(500, failed),
  'always-503': refused(503, busy),
  'overloaded-529': refused(529, /overloaded/i),
  'context-too-long': refused(400, /context.length/),
  'content-filtered': refused(400, /content.filter/),
  'wrong-key': refused(401, /API key|unauthorized/),
  'permission-denied': refused(403, /region|subscription/),
  'unknown-model': refused(404, /does not exist|not found/),
  'bad-request': refused(400, /Invalid value|cannot unmarshal/),
  'html-page': { status: 502, ending: 'complete', headers: html },
  'html-page-200': { status: 200, ending: 'complete', headers: html },
  'once-500': refused(500, failed),
  'once-429': refused(429, limited, { 'retry-after-ms': '50' }),
  'once-reset': { ending: 'reset' },
  'once-cut': { status: 200, ending: 'closed', check: isBegun },
  flapping: good,
  'flapping-503': good,
  'stale-connection': good,
  'reset-before-headers': { ending: 'reset' },
  'reset-in-body': { status: 200, ending: 'reset', check: isBegun },
  'cut-in-the-middle': { status: 200, ending: 'closed', check: isBegun },
  'cut-inside-a-character': {
    status: 200,
    ending: 'closed',
    check: ({ body }) => expect([...body.subarray(-2)]).toEqual([...Buffer.from('🧱').subarray(0, 2)]),
  },
  'ends-in-the-middle': { status: 200, ending: 'complete', check: isBegun },
  'malformed-chunk': { status: 200, ending: 'bad chunk', check: isBegun },
  'short-content-length': {
    status: 200,
    ending: 'closed',
    check: ({ body, headers }) => {
      expect(body.length).toBeGreaterThan(50);
      expect(Number(headers['content-length'])).toBeGreaterThan(body.length);
    },
  },
  'truncated-gzip': {
    status: 200,
    ending: 'complete',
    headers: { 'content-encoding': 'gzip' },
    check: ({ body }) => {
      expect([...body.subarray(0, 2)]).toEqual([0x1f, 0x8b]);
      expect(() => gunzipSync(body)).toThrow('unexpected end of file');
    },
  },
  'never-answers': { ending: 'open', look: shortLook },
  'headers-then-silence': {
    status: 200,
    ending: 'open',
    look: shortLook,
    check: ({ body }) => expect(body).toHaveLength(0),
  },
  'stall-in-the-middle': { status: 200, ending: 'open', look: shortLook, check: isBegun },
  'byte-a-second': {
    status: 200,
    ending: 'open',
    look: { forMs: 1800 },
    check: ({ body }) => expect([1, 2]).toContain(body.length),
  },
  'heartbeats-only': {
    status: 200,
    ending: 'open',
    look: shortLook,
    check: ({ body }) => expect(body.toString()).toMatch(/^((: keep-alive\n)?\n){2,}$/),
  },
  'heartbeats-then-answer': {
    ...good,
    check: (sight, form) => {
      expect(bodyOf(sight)).toMatch(/^((: keep-alive\n)?\n){5}[d{]/);
      isGood(sight, form);
    },
  },
  'slow-headers': {
    ...good,
    check: (sight, form) => {
      expect(sight.headersMs).toBeGreaterThan(1400);
      isGood(sight, form);
    },
  },
  'slow-first-token': {
    ...good,
    check: (sight, form) => {
      expect(sight.headersMs).toBeLessThan(1000);
      expect(sight.bodyMs).toBeGreaterThan(1400);
      isGood(sight, form);
    },
  },
  'slow-stream': {
    ...good,
    check: (sight, form) => {
      const { texts } = isGood(sight, form);
      expect(texts).toHaveLength(form.stream ? 20 : 1);
    },
  },
  'malformed-json': {
    status: 200,
    ending: 'complete',
    check: (sight, form) => expect(() => readAnswer(form, bodyOf(sight))).toThrow(SyntaxError),
  },
  'error-in-the-stream-first': {
    status: 200,
    ending: 'complete',
    check: (sight, form) => {
      const { error, texts } = readAnswer(form, bodyOf(sight));
      expect(texts).toEqual([]);
      expect(JSON.stringify(error)).toMatch(failed);
    },
  },
  'error-in-the-stream': {
    status: 200,
    ending: 'complete',
    check: (sight, form) => {
      if (!form.stream) return isBegun(sight, form);
      const { error, texts, terminals } = readAnswer(form, bodyOf(sight));
      expect(texts).toHaveLength(1);
      expect(terminals).toBe(0);
      expect(JSON.stringify(error)).toMatch(failed);
    },
  },
  'error-with-status-200': refused(200, failed),
  'empty-200': { status: 200, ending: 'complete', check: ({ body }) => expect(body).toHaveLength(0) },
  'no-content': {
    status: 200,
    ending: 'complete',
    check: (sight, form) =>
      expect(readAnswer(form, bodyOf(sight))).toMatchObject({ texts: [], terminals: terminalsOf(form) }),
  },
  'no-terminal': {
    status: 200,
    ending: 'complete',
    check: (sight, form) => {
      const { texts, terminals } = readAnswer(form, bodyOf(sight));
      expect(texts.join('')).toMatch(/^Answer 1 of .*and ends\.$/s);
      expect(terminals).toBe(0);
    },
  },
  'two-terminals': {
    status: 200,
    ending: 'complete',
    check: (sight, form) =>
      expect(readAnswer(form, bodyOf(sight)).terminals).toBe(terminalsOf(form) * (form.stream ? 2 : 1)),
  },
  'data-after-the-terminal': {
    status: 200,
    ending: 'complete',
    check: (sight, form) => {
      if (!form.stream) return void isGood(sight, form);
      expect(readAnswer(form, bodyOf(sight)).texts.at(-1)).toBe('AFTER THE END');
      expect(bodyOf(sight)).toMatch(/(\[DONE\]|"done":true)[\s\S]*AFTER THE END/);
    },
  },
  'wrong-content-type': { ...good, headers: html },
  'oversized-line': {
    status: 200,
    ending: 'open',
    check: ({ body }) => expect(body.subarray(-1024 * 1024).includes('\n')).toBe(false),
  },
  endless: {
    status: 200,
    ending: 'open',
    check: ({ body }, { stream }) => {
      expect(body.length).toBeGreaterThan(3 * 1024 * 1024);
      expect(body.subarray(-1024 * 1024).includes('\n')).toBe(stream);
      expect(body.toString()).not.toMatch(/"finish_reason":"stop"|"done":true|\[DONE\]/);
    },
  },
};
