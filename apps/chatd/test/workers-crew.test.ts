import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import type { ChatdConfig } from '../src/config.js';
import { createCrew } from '../src/workers/crew.js';
import { createCrewConfig } from '../src/workers/crew-config.js';
import { createFakeMember, type FakeMember } from './support/fake-crew.js';
import { arrived } from './support/worker-channel.js';

const config = { providers: [{ id: 'lab' }] } as unknown as ChatdConfig;

const start = async (count: number, firstMs = 10) => {
  const hired: FakeMember[] = [];
  const logs: Record<string, unknown>[] = [];
  const log = pino({ base: null }, { write: (line: string) => logs.push(JSON.parse(line)) });
  const shared: string[] = [];
  const crew = createCrew({
    count,
    hire(id) {
      const member = createFakeMember(id, 100 + hired.length);
      hired.push(member);
      return member;
    },
    onServing: ({ pid }) => shared.push(`serving ${pid}`),
    first: { generation: 1, source: {} },
    address: { bind: { host: '127.0.0.1', port: 0 }, instanceId: 'one' },
    log,
    pauses: { firstMs, mostMs: 4 * firstMs, steadyMs: 60_000 },
  });
  const starting = crew.start();
  for (const member of hired) member.answer();
  expect(await starting).toMatchObject({ url: 'http://127.0.0.1:4000' });
  onTestFinished(() => crew.dismiss(10));
  const host = createCrewConfig({
    crew,
    shared: {
      places: {
        open: () => ({ handle: () => undefined, close: () => undefined }),
        configure: () => shared.push('places'),
      },
      circuits: {
        open: () => ({ handle: () => undefined, inform: () => undefined, close: () => undefined }),
        begin: (generation) => shared.push(`circuits ${generation}`),
      },
    },
    config,
    log,
  });
  return {
    crew,
    hired,
    host,
    shared,
    prepare: () => host.prepare(config, { file: 'next' }),
    messages: (level: number) => logs.filter((line) => line.level === level).map(({ msg }) => msg),
    toldOf: (...indices: readonly number[]) => indices.map((index) => hired[index]?.told.slice(2)),
  };
};

it('a reload asks one worker, then the others, and then tells all to take it', async () => {
  const { hired, prepare, shared, messages, toldOf, crew } = await start(3);
  const preparing = prepare();
  await arrived();
  expect(toldOf(0, 1, 2)).toEqual([['prepare 2'], [], []]);
  hired[0]?.answer();
  await arrived();
  expect(toldOf(1, 2)).toEqual([['prepare 2'], ['prepare 2']]);
  for (const member of hired) member.answer();
  const prepared = await preparing;
  expect(toldOf(0, 1, 2).flat()).not.toContain('commit 2');
  expect(messages(40)).toEqual(['a key file can be read by others']); // once
  prepared.commit();
  expect(toldOf(0, 1, 2)).toEqual(Array.from({ length: 3 }, () => ['prepare 2', 'commit 2']));
  expect(shared.slice(3)).toEqual(['places', 'circuits 2']);
  expect(crew.committed).toEqual({ generation: 2, source: { file: 'next' } });
});

it('a reload that one cannot make is discarded by all, once nobody is at it any more', async () => {
  const { hired, prepare, toldOf, crew } = await start(3);
  const outcome = prepare().catch((error: Error) => error.message);
  hired[0]?.answer();
  await arrived();
  hired[1]?.answer(new Error('there is no key'));
  await arrived();
  expect(toldOf(0, 1, 2).flat()).not.toContain('discard 2');
  hired[2]?.answer();
  expect(await outcome).toBe('there is no key');
  expect(toldOf(0, 1, 2)).toEqual(Array.from({ length: 3 }, () => ['prepare 2', 'discard 2']));
  expect([crew.committed.generation, crew.reload]).toEqual([1, undefined]);
});

it('a worker that ends while it prepares makes the reload fail', async () => {
  const { hired, prepare } = await start(2);
  const outcome = prepare().catch((error: Error) => error.message);
  hired[0]?.answer();
  await arrived();
  hired[1]?.end();
  expect(await outcome).toBe('a worker ended');
});

it('one that comes while a reload is under way serves what comes of it', async () => {
  const { hired, prepare } = await start(2);
  hired[1]?.end({ code: 1 });
  await expect.poll(() => hired.length).toBe(3);
  const newcomer = hired[2];
  const preparing = prepare();
  await arrived();
  newcomer?.answer();
  await arrived();
  expect(newcomer?.told).toEqual(['prepare 1']);
  hired[0]?.answer();
  (await preparing).commit();
  await arrived();
  expect(newcomer?.told).toEqual(['prepare 1', 'discard 1', 'prepare 2']);
  newcomer?.answer();
  await arrived();
  expect(newcomer?.told.at(-1)).toBe('listen :0 2');
});

it('one that ends again and again is replaced after longer and longer pauses, and every end is told', async () => {
  const { hired, messages } = await start(2, 20);
  const ends: number[] = [];
  for (let count = 2; count < 6; count += 1) {
    const begun = performance.now();
    hired.at(-1)?.end({ code: 1 });
    await expect.poll(() => hired.length, { interval: 1 }).toBe(count + 1);
    ends.push(performance.now() - begun);
  }
  for (const [index, least] of [20, 40, 80, 80].entries()) expect(ends[index]).toBeGreaterThan(least - 2);
  expect(messages(50)).toEqual(
    Array.from({ length: 4 }, () => 'a worker ended; another one takes its place'),
  );
  expect(hired.filter(({ isOver }) => !isOver)).toHaveLength(2);
});

it('one that cannot serve the config is told of, ended, and tried again', async () => {
  const { hired, messages } = await start(2);
  hired[0]?.end();
  await expect.poll(() => hired.length).toBe(3);
  hired[2]?.answer(new Error('there is no key'));
  await expect.poll(() => hired.length).toBe(4);
  expect(messages(50)).toContain('there is no key');
  expect(hired[2]?.isOver).toBe(true);
});

it('where none is left, who comes next takes the port that was any free one', async () => {
  const { hired } = await start(1);
  expect(hired[0]?.told).toEqual(['prepare 1', 'listen :0 1']);
  hired[0]?.end();
  await expect.poll(() => hired.length).toBe(2);
  hired[1]?.answer();
  await expect.poll(() => hired[1]?.told).toEqual(['prepare 1', 'listen :4000 1']);
});

it('a crew that stops replaces nobody', async () => {
  const { crew, hired } = await start(2);
  crew.close();
  hired[0]?.end();
  await sleep(50);
  expect(hired).toHaveLength(2);
});
