import { createCallContext } from '@lakehouse/chat-core';
import { createConcurrencyLimit } from '@lakehouse/chat-policies';
import { describe, expect, it } from 'vitest';
import type { LimitedConfig } from '../src/limits.js';
import { limitOptions } from '../src/limits.js';
import { createPlaceBroker } from '../src/workers/place-broker.js';
import { createSharedPlaces } from '../src/workers/shared-places.js';
import { arrived, createWorkerChannel } from './support/worker-channel.js';

const target = { provider: 'lab', model: 'm' };

const configOf = (concurrency: number | undefined, maxQueue = 100, queueTimeoutMs = 10_000): LimitedConfig =>
  ({
    limits: { maxQueue, queueTimeoutMs },
    providers: [{ id: 'lab', ...(concurrency !== undefined && { concurrency }) }],
  }) as unknown as LimitedConfig;

/** A primary with a broker, and workers that call the provider `lab`. */
const start = (first: LimitedConfig) => {
  const broker = createPlaceBroker(first);
  const told: string[] = [];

  const createWorker = () => {
    const channel = createWorkerChannel();
    const desk = broker.open(channel.toWorker);
    const shared = createSharedPlaces(channel.toPrimary);
    channel.onPrimary = (message) => desk.handle(message as Parameters<typeof desk.handle>[0]);
    channel.onWorker = (message) => shared.handle(message as Parameters<typeof shared.handle>[0]);
    const options = limitOptions(first, 'lab');
    const limit = createConcurrencyLimit('lab', options, shared.of('lab', options));

    const call = (name: string, alternatives = 0) => {
      const caller = new AbortController();
      const end = Promise.withResolvers<void>();
      const handler = limit.guard(target)(async function* () {
        told.push(`${name} runs`);
        await end.promise;
        yield { type: 'response-end', finishReason: 'stop' };
      });
      const request = { model: 'm', messages: [] };
      const context = { ...createCallContext({ signal: caller.signal }), alternatives };
      const read = async (): Promise<void> => {
        try {
          for await (const _event of handler(request, context));
          told.push(`${name} ends`);
        } catch (error) {
          told.push(`${name}: ${(error as Error).message}`);
        }
      };
      return { over: read(), end: () => end.resolve(), leave: () => caller.abort() };
    };
    const die = (): void => {
      channel.cut();
      desk.close();
    };
    return { channel, limit, call, die };
  };

  return { broker, told, createWorker };
};

describe('places of several workers', () => {
  it('are as many as the limit says, given in the order of coming, whoever asks', async () => {
    const { told, createWorker } = start(configOf(2));
    const [one, two] = [createWorker(), createWorker()];
    const first = [one.call('a'), two.call('b')];
    await arrived();
    for (const [worker, name] of [
      [two, 'c'],
      [one, 'd'],
      [two, 'e'],
    ] as const) {
      worker.call(name);
      await arrived();
    }
    expect(told).toEqual(['a runs', 'b runs']);
    expect([one.limit.running, one.limit.queued, two.limit.running, two.limit.queued]).toEqual([1, 1, 1, 2]);
    first[0]?.end();
    await arrived();
    first[1]?.end();
    await arrived();
    expect(told).toEqual(['a runs', 'b runs', 'a ends', 'c runs', 'b ends', 'd runs']);
  });

  it('refuse at once who has another target left, and who would be one too many in the line of all', async () => {
    const { told, createWorker } = start(configOf(1, 1));
    const [one, two] = [createWorker(), createWorker()];
    one.call('a');
    await arrived();
    two.call('b', 1);
    two.call('c');
    one.call('d');
    await arrived();
    expect(told).toEqual([
      'a runs',
      'b: lab answers as many calls at a time as it may (1), and another target may be free',
      'd: lab answers as many calls at a time as it may (1), and 1 more is waiting',
    ]);
  });

  it('refuse who has waited too long, and take who waits no longer out of the line', async () => {
    const { told, createWorker } = start(configOf(1, 100, 300));
    const [one, two] = [createWorker(), createWorker()];
    const running = one.call('a');
    await arrived();
    await two.call('b').over;
    expect(told.at(-1)).toBe(
      'b: lab answers as many calls at a time as it may (1), and no place became free within 300 ms',
    );
    const leaving = two.call('c');
    one.call('d');
    await arrived();
    leaving.leave();
    await leaving.over;
    running.end();
    await arrived();
    expect(told.slice(2)).toEqual([expect.stringMatching(/^c: /), 'a ends', 'd runs']);
  });

  it('come back when the caller leaves in the moment in which its place is on the way', async () => {
    const { told, createWorker } = start(configOf(1));
    const [one, two] = [createWorker(), createWorker()];
    const leaving = one.call('a');
    leaving.leave(); // the question is under way, and will be answered with a place
    await leaving.over;
    await arrived();
    two.call('b');
    await arrived();
    expect(told.at(-1)).toBe('b runs');
  });

  it('of a worker that dies are given to those of the others, and its line is forgotten', async () => {
    const { told, createWorker } = start(configOf(2));
    const [one, two] = [createWorker(), createWorker()];
    one.call('a');
    one.call('b');
    await arrived();
    one.call('lost');
    await arrived();
    two.call('c');
    two.call('d');
    two.call('e');
    await arrived();
    one.die();
    await arrived();
    expect(told).toEqual(['a runs', 'b runs', 'c runs', 'd runs']);
  });
});

describe('a reload', () => {
  it('that brings a limit counts the calls that run, of all workers', async () => {
    const { broker, told, createWorker } = start(configOf(undefined));
    const workers = [createWorker(), createWorker()] as const;
    const running = workers.map(({ call }, index) => call(`${index}`));
    await arrived();
    expect(workers.flatMap(({ channel }) => channel.said)).toEqual([]); // without a limit nothing is asked
    const limited = configOf(2);
    broker.configure(limited);
    for (const { limit } of workers) limit.configure(limitOptions(limited, 'lab'));
    await arrived();
    workers[0].call('later');
    await arrived();
    expect(told).toEqual(['0 runs', '1 runs']);
    running[1]?.end();
    await arrived();
    expect(told).toEqual(['0 runs', '1 runs', '1 ends', 'later runs']);
  });

  it('with a higher limit, or none, lets those that wait go at once', async () => {
    const { broker, told, createWorker } = start(configOf(1));
    const [one, two] = [createWorker(), createWorker()];
    for (const name of ['a', 'b', 'c', 'd']) {
      (name === 'b' ? one : two).call(name);
      await arrived();
    }
    broker.configure(configOf(2));
    await arrived();
    expect(told).toEqual(['a runs', 'b runs']);
    broker.configure(configOf(undefined));
    for (const { limit } of [one, two]) limit.configure(limitOptions(configOf(undefined), 'lab'));
    await arrived();
    expect(told).toEqual(['a runs', 'b runs', 'c runs', 'd runs']);
    const { length } = two.channel.said;
    two.call('e');
    await arrived();
    expect([told.at(-1), two.channel.said.length]).toEqual(['e runs', length]);
  });
});
