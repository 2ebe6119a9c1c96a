import { setTimeout as sleep } from 'node:timers/promises';
import { type ChatEvent, createCallContext } from '@lakehouse/chat-core';
import { json, sse, startUpstream } from '@lakehouse/provider-testkit';
import { expect, it, onTestFinished } from 'vitest';
import { createChatd } from '../src/index.js';
import { end, start, text, whole } from './support/wire.js';

const setUp = async () => {
  const upstream = await startUpstream();
  const provider = createChatd({ url: upstream.url });
  onTestFinished(async () => {
    await provider.close?.();
    await upstream.close();
  });
  const ask = async (more: object = {}): Promise<readonly ChatEvent[]> => {
    const request = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] } as const;
    const events: ChatEvent[] = [];
    for await (const event of provider.stream(request, { ...createCallContext(), ...more }))
      events.push(event);
    return events;
  };
  return { upstream, ask };
};

it('two answers one after the other come over one connection: one for streams and one for others', async () => {
  const { upstream, ask } = await setUp();
  const scripts = { stream: sse([start(), text('Hi'), end()]), whole: json(whole('Hi')) };
  for (const [index, delivery] of (['stream', 'whole'] as const).entries()) {
    upstream.reply(scripts[delivery]);
    for (let turn = 0; turn < 2; turn += 1) {
      expect((await ask({ delivery })).at(-1)).toMatchObject({ type: 'response-end', finishReason: 'stop' });
      expect(upstream.openSockets()).toBe(index + 1);
      await sleep(20); // the client has to see that the answer is over
    }
  }
});

it('a body that does not end holds nobody up once the answer is complete', async () => {
  const { upstream, ask } = await setUp();
  const answer = sse([start(), text('Hi'), end()]);
  upstream.reply({ ...answer, steps: [...answer.steps, { silence: true }] });
  const started = performance.now();
  expect((await ask()).at(-1)).toMatchObject({ type: 'response-end' });
  expect(performance.now() - started).toBeLessThan(1000);
  await (await upstream.received()).closed;
});

it('gives the objects of the wire where they are asked for', async () => {
  const { upstream, ask } = await setUp();
  const frames = [start(), { type: 'new' }, text('Hi'), end()];
  upstream.reply(sse(frames));
  const chunksOf = (events: readonly ChatEvent[]): readonly unknown[] =>
    events.flatMap((event) => (event.type === 'raw-chunk' ? [event.chunk] : []));
  const events = await ask({ rawChunks: true });
  expect(chunksOf(events)).toEqual(frames);
  expect(events.map(({ type }) => type)).toEqual([
    'response-start',
    'raw-chunk',
    'raw-chunk',
    'raw-chunk',
    'text-delta',
    'raw-chunk',
    'response-end',
  ]);
  expect(chunksOf(await ask())).toEqual([]);
});
