import { describe, expect, it } from 'vitest';
import { isChatError, type JsonObject, jsonObjectSchema, parseChatRequest } from '../src/index.js';

const request = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] };

const nested = (levels: number): JsonObject => {
  let value: JsonObject = {};
  for (let level = 1; level < levels; level += 1) value = { a: value };
  return value;
};

const problemOf = (value: unknown): { path: string | undefined; code: string } => {
  try {
    parseChatRequest(value);
  } catch (error) {
    if (isChatError(error)) return error;
    throw error;
  }
  throw new Error('the request was accepted');
};

describe('nesting', () => {
  it('may be 64 levels deep', () => {
    expect(jsonObjectSchema.safeParse(nested(64)).success).toBe(true);
    expect(jsonObjectSchema.safeParse(nested(66)).success).toBe(false);
  });

  const deep = nested(100_000);
  it.each([
    ['format', { ...request, format: deep }],
    ['tools[0].parameters', { ...request, tools: [{ name: 'f', parameters: deep }] }],
    ['providerOptions.p', { ...request, providerOptions: { p: deep } }],
    ['messages[0].content', { ...request, messages: [{ role: 'user', content: deep }] }],
    ['messages[0]', { ...request, messages: [[deep]] }],
  ])('of 100,000 levels is refused in %s without exhausting the stack', (path, value) => {
    expect(problemOf(value)).toMatchObject({ code: 'invalid-request', path });
  });

  it('without an end is refused at once, however often an object holds itself', () => {
    const cycle: Record<string, unknown> = {};
    for (const key of ['a', 'b', 'c', 'd']) cycle[key] = cycle;
    expect(problemOf({ ...request, format: cycle })).toMatchObject({ path: 'format' });
  });
});

it('takes "__proto__" for a name like any other and pollutes nothing', () => {
  const own = '{"__proto__":{"polluted":true}}';
  const body = `{"model":"m","messages":[{"role":"user","content":"Hi"}],"format":${own},"providerOptions":${own}}`;
  const parsed = parseChatRequest(JSON.parse(body));
  for (const value of [{}, parsed, parsed.format, parsed.providerOptions]) {
    expect((value as { polluted?: boolean }).polluted).toBeUndefined();
  }
});

it('checks an image of 20 MB in well under a second', () => {
  const data = Buffer.alloc(15 * 1024 * 1024, 7).toString('base64');
  const image = { type: 'image', data, mediaType: 'image/png' };
  const started = performance.now();
  parseChatRequest({ ...request, messages: [{ role: 'user', content: [image] }] });
  expect(performance.now() - started).toBeLessThan(1000);
  const broken = { ...image, data: `${data}!` };
  expect(problemOf({ ...request, messages: [{ role: 'user', content: [broken] }] }).path).toBe(
    'messages[0].content[0].data',
  );
  expect(performance.now() - started).toBeLessThan(2000);
});
