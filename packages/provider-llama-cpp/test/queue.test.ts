import { type ChatRequest, chat, createCallContext } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { createPlaces } from '../src/places.js';
import { startModels } from './support/models.js';

const refusal = (): Error => new Error('full');
const never = new AbortController().signal;

const ask = (content: string, more: Partial<ChatRequest> = {}): ChatRequest => ({
  model: 'speaker',
  messages: [{ role: 'user', content }],
  ...more,
});

describe('places', () => {
  it('are given in the order in which they were asked for', async () => {
    const places = createPlaces(1, 9);
    const order: number[] = [];
    await places.take(never, refusal);
    const calls = [1, 2, 3].map((call) => places.take(never, refusal).then(() => order.push(call)));
    for (const call of calls) {
      places.release();
      await call;
    }
    expect(order).toEqual([1, 2, 3]);
  });

  it('are not lost when somebody stops waiting', async () => {
    const places = createPlaces(1, 9);
    const leaving = new AbortController();
    await places.take(never, refusal);
    const gone = places.take(leaving.signal, refusal);
    const next = places.take(never, refusal);
    leaving.abort(new Error('gone'));
    await expect(gone).rejects.toThrow('gone');
    places.release();
    await next;
    places.release();
    await places.take(never, refusal);
  });

  it('are refused when too many wait, and at once to a signal that is aborted', async () => {
    const places = createPlaces(1, 1);
    await expect(places.take(AbortSignal.abort(new Error('gone')), refusal)).rejects.toThrow('gone');
    await places.take(never, refusal);
    const waiting = places.take(never, refusal);
    await expect(places.take(never, refusal)).rejects.toThrow('full');
    places.release();
    await waiting;
  });
});

describe('calls of one model', () => {
  it('wait for a sequence, and are refused above the queue', async () => {
    const provider = startModels(['speaker'], { sequences: 1, maxQueue: 1 });
    const first = provider.stream(ask('Hi'), createCallContext())[Symbol.asyncIterator]();
    await first.next();
    const second = chat(provider, ask('Hi'));
    await expect(chat(provider, ask('Hi'))).rejects.toMatchObject({
      code: 'overloaded',
      retryable: true,
      message: expect.stringContaining('1 calls wait for "speaker"'),
    });
    await first.return?.();
    expect(await second).toMatchObject({ content: 'Hello from a tiny model.' });
  });

  it('do not mix: eight at once, on two sequences, some of them cut', async () => {
    const provider = startModels(['speaker'], { sequences: 2 });
    const calls = Array.from({ length: 8 }, (_, index) => {
      const cut = index % 3 === 0 ? { maxTokens: 2 } : {};
      return chat(provider, ask(' cats'.repeat(index + 1), cut));
    });
    const answers = await Promise.all(calls);
    expect(answers.map(({ content, usage }) => [content, usage])).toEqual(
      answers.map((_, index) =>
        index % 3 === 0
          ? ['Hello from', { input: 10 + index, output: 2 }]
          : ['Hello from a tiny model.', { input: 10 + index, output: 7 }],
      ),
    );
  });
});
