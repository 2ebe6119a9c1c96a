import { expect, it } from 'vitest';
import { createCheck, stampsIn } from '../load/expectation.mjs';
import { protocols } from '../stand-in/answers.mjs';
import { readDirective, toDirective } from '../stand-in/directives.mjs';

const openai = protocols['/v1/chat/completions'];

const judge = (expect: object, text: string, status = 200): string | undefined => {
  const check = createCheck(expect);
  check.begin();
  for (const byte of Buffer.from(text)) check.take(Buffer.of(byte));
  return check.end(status);
};

const stream = openai.chunk('_w_a').repeat(3) + openai.end('');

it('a stream is right only with all of its chunks and its terminal', () => {
  const wanted = { stream: true, protocol: 'openai', chunks: 3 };
  expect(judge(wanted, stream)).toBeUndefined();
  expect(judge({ ...wanted, chunks: 4 }, stream)).toBe('3 chunks in place of 4');
  expect(judge(wanted, stream.replace('[DONE]', ''))).toBe('the stream has no terminal');
  expect(judge(wanted, 'no', 500)).toMatch(/^status 500: n/);
});

it('a whole answer is right only with all of its text', () => {
  const whole = openai.wholeBytes(0).toString('utf8');
  expect(judge({ stream: false, size: 0 }, whole)).toBeUndefined();
  expect(judge({ stream: false, size: 0 }, whole.replace('dolor', 'dol'))).toMatch(/text is missing/);
  expect(judge({ stream: false, size: 0 }, whole.slice(0, -4))).toBe('the JSON has no end');
});

it('chunks tell when they were sent', () => {
  expect(stampsIn(openai.stampedChunk(0, 1234.5))).toEqual([1234.5]);
});

it('what is asked of the stand-in survives being JSON', () => {
  const wishes = { chunks: 3, delay: 20, latency: 0, size: 9, stamp: 1, id: 'c1' };
  expect(readDirective(Buffer.from(JSON.stringify({ text: toDirective(wishes) })))).toEqual(wishes);
  expect(readDirective(Buffer.from('{}')).chunks).toBe(50);
});
