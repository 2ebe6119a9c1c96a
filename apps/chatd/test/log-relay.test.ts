import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { relayLines } from '../src/workers/log-relay.js';

it('writes whole lines, however they come, and what is left at the end as one', async () => {
  const written: string[] = [];
  const output = { write: (text: string) => void written.push(text) };
  const [one, two] = [new PassThrough(), new PassThrough()];
  const over = [relayLines(one, output), relayLines(two, output)];
  const send = async (stream: PassThrough, text: string | Buffer): Promise<void> => {
    stream.write(text);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  };
  const [half, rest] = [Buffer.from('{"a":"ü"}\n').subarray(0, 7), Buffer.from('{"a":"ü"}\n').subarray(7)];
  await send(one, half); // in the middle of a character
  await send(two, '{"b":1}\n{"b":2}\n{"b"');
  await send(one, rest);
  await send(two, `:"${'x'.repeat(10_000)}"}\n`);
  await send(one, 'no end');
  one.end();
  two.end();
  await Promise.all(over);
  expect(written).toEqual([
    '{"b":1}\n{"b":2}\n',
    '{"a":"ü"}\n',
    `{"b":"${'x'.repeat(10_000)}"}\n`,
    'no end\n',
  ]);
});
