import { setTimeout as sleep } from 'node:timers/promises';
import { ChatError, compose, createCallContext } from '@lakehouse/chat-core';
import { type CircuitChange, createCircuitBreaker } from '@lakehouse/chat-policies';
import { expect, it } from 'vitest';
import { createCircuitBoard } from '../src/workers/circuit-board.js';
import { createSharedCircuits } from '../src/workers/shared-circuits.js';
import { arrived, createWorkerChannel } from './support/worker-channel.js';

const target = { provider: 'lab', model: 'm' };
const cooldownMs = 60;

const start = () => {
  const told: string[] = [];
  const board = createCircuitBoard({ generation: 1, onChange: ({ to }) => told.push(to) });

  const createWorker = (generation = 1) => {
    const channel = createWorkerChannel();
    const desk = board.open(channel.toWorker);
    const shared = createSharedCircuits(channel.toPrimary);
    const onChange = (change: CircuitChange): void =>
      channel.toPrimary({ type: 'circuit-changed', generation, change });
    const own = createCircuitBreaker({ failures: 2, windowMs: 10_000, cooldownMs, onChange });
    const breaker = shared.share(own, generation);
    channel.onPrimary = (message) => desk.handle(message as Parameters<typeof desk.handle>[0]);
    channel.onWorker = (message) => {
      if (message.type === 'circuit') breaker.follow(message.target, message.news);
      else if (message.type === 'probe-answer') shared.handle(message);
    };
    desk.inform();

    /** What became of one call of a target that fails or answers after so many milliseconds. */
    const call = async (isUp: boolean, ms = 0): Promise<'called' | 'refused'> => {
      const asked = { called: false };
      const handler = compose([breaker.guard(target), breaker.observe(target)])(async function* () {
        asked.called = true;
        await sleep(ms);
        if (!isUp) throw new ChatError('unreachable', 'it is away');
        yield { type: 'text-delta', delta: 'a' };
        yield { type: 'response-end', finishReason: 'stop' };
      });
      try {
        for await (const _event of handler({ model: 'm', messages: [] }, createCallContext({})));
      } catch (error) {
        if ((error as ChatError).code !== (asked.called ? 'unreachable' : 'overloaded')) throw error;
      }
      await arrived();
      return asked.called ? 'called' : 'refused';
    };
    const die = (): void => {
      channel.cut();
      desk.close();
    };
    return { channel, breaker, call, die, state: () => breaker.statusOf(target).state };
  };
  return { board, told, createWorker };
};

type Workers = readonly ReturnType<ReturnType<typeof start>['createWorker']>[];
const states = (workers: Workers): readonly string[] => workers.map(({ state }) => state());

it('a circuit that opens in one worker opens in the others and in one that comes later, and is told once', async () => {
  const { told, createWorker } = start();
  const workers = [createWorker(), createWorker(), createWorker()] as const;
  await workers[0].call(false);
  await workers[0].call(false);
  expect(states([...workers, createWorker()])).toEqual(['open', 'open', 'open', 'closed']);
  const late = createWorker();
  await arrived();
  expect([late.state(), await workers[1].call(true)]).toEqual(['open', 'refused']);
  expect(told).toEqual(['open']);
});

it('one call of all workers tries the target, and what comes of it holds for all', async () => {
  const { told, createWorker } = start();
  const workers = [createWorker(), createWorker(), createWorker()] as const;
  const all = (isUp: boolean): Promise<readonly string[]> =>
    Promise.all([...workers, ...workers].map(({ call }) => call(isUp, 20)));
  await workers[0].call(false);
  await workers[0].call(false);
  await sleep(cooldownMs + 10);
  expect((await all(false)).toSorted()).toEqual(['called', ...Array.from({ length: 5 }, () => 'refused')]);
  expect(states(workers)).toEqual(['open', 'open', 'open']);
  await sleep(cooldownMs + 10);
  expect((await all(true)).filter((outcome) => outcome === 'called')).toHaveLength(1);
  expect(states(workers)).toEqual(['closed', 'closed', 'closed']);
  expect(told).toEqual(['open', 'half-open', 'open', 'half-open', 'closed']);
  expect(await workers[2].call(true)).toBe('called');
});

it('a worker that dies while it tries a target leaves that to the others', async () => {
  const { createWorker } = start();
  const workers = [createWorker(), createWorker()] as const;
  await workers[0].call(false);
  await workers[0].call(false);
  await sleep(cooldownMs + 10);
  void workers[0].call(true, 300);
  await arrived();
  expect(await workers[1].call(true)).toBe('refused');
  workers[0].die();
  await arrived();
  expect(await workers[1].call(true)).toBe('called');
  expect(workers[1].state()).toBe('closed');
});

it('a reload begins with all circuits closed, and what is told of the old config changes nothing', async () => {
  const { board, told, createWorker } = start();
  const old = createWorker();
  await old.call(false);
  await old.call(false);
  board.begin(2);
  const workers = [createWorker(2), createWorker(2)] as const;
  await arrived();
  await sleep(cooldownMs + 10);
  expect(await old.call(true)).toBe('called'); // a request that began under it
  expect(states(workers)).toEqual(['closed', 'closed']);
  expect(told).toEqual(['open']);
});
