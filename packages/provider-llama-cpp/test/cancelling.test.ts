import { setTimeout as sleep } from 'node:timers/promises';
import { type ChatRequest, chat, createCallContext, isChatError, type Provider } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { startModels, useModels } from './support/models.js';

const endless: ChatRequest = { model: 'endless', messages: [{ role: 'user', content: 'Hi' }] };
const short: ChatRequest = { model: 'speaker', messages: [{ role: 'user', content: 'Hi' }] };
/** It takes a while to read: each digit is a token. */
const long: ChatRequest = { model: 'speaker', messages: [{ role: 'user', content: '9'.repeat(30_000) }] };

const limitMs = 250;

/** Runs a call until `when` says so, aborts it, and gives its error and the milliseconds that it took to come. */
const abortWhen = async (
  provider: Provider,
  request: ChatRequest,
  when: (event: string, count: number) => boolean,
  afterMs = 0,
): Promise<{ code: string | undefined; ms: number }> => {
  const controller = new AbortController();
  let abortedAt = 0;
  const abort = (): void => {
    abortedAt = performance.now();
    controller.abort();
  };
  let count = 0;
  if (when('nothing', 0)) setTimeout(abort, afterMs);
  try {
    for await (const { type } of provider.stream(request, createCallContext({ signal: controller.signal }))) {
      count += 1;
      if (abortedAt === 0 && when(type, count)) setTimeout(abort, afterMs);
    }
    return { code: undefined, ms: Number.POSITIVE_INFINITY };
  } catch (error) {
    return { code: isChatError(error) ? error.code : String(error), ms: performance.now() - abortedAt };
  }
};

describe('an aborted call', () => {
  const provider = useModels(['speaker', 'endless'], { contextSize: 32_768 });

  it('does nothing when its signal is aborted already', async () => {
    const context = createCallContext({ signal: AbortSignal.abort() });
    const missing = { ...short, model: 'nobody would find it' };
    await expect(provider.stream(missing, context)[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'aborted',
    });
  });

  it('ends while its model is loading', async () => {
    const { code, ms } = await abortWhen(startModels(['speaker']), short, (type) => type === 'nothing');
    expect(code).toBe('aborted');
    expect(ms).toBeLessThan(limitMs);
  });

  it('ends while its prompt is read, and the model reads no further', async () => {
    const { code, ms } = await abortWhen(provider, long, (type) => type === 'response-start', 50);
    expect(code).toBe('aborted');
    expect(ms).toBeLessThan(limitMs);
    const before = performance.now();
    await chat(provider, short);
    expect(performance.now() - before).toBeLessThan(3_000); // it has the same, only sequence
  });

  it('ends in the middle of its answer', async () => {
    const { code, ms } = await abortWhen(provider, endless, (_type, count) => count === 20);
    expect(code).toBe('aborted');
    expect(ms).toBeLessThan(limitMs);
  });

  it('ends while it waits for a sequence, and the call before it goes on', async () => {
    const first = provider.stream(endless, createCallContext())[Symbol.asyncIterator]();
    await first.next();
    const { code, ms } = await abortWhen(provider, endless, (type) => type === 'nothing', 50);
    expect(code).toBe('aborted');
    expect(ms).toBeLessThan(limitMs);
    expect((await first.next()).value).toMatchObject({ type: 'text-delta' });
    await first.return?.();
  });

  it('has the error that its signal was aborted with, when that is one', async () => {
    const signal = AbortSignal.timeout(300);
    await expect(chat(provider, endless, { signal })).rejects.toMatchObject({ code: 'aborted' });
  });
});

it('a consumer that leaves its loop stops the model', async () => {
  const provider = startModels(['endless'], { contextSize: 32_768 });
  await chat(provider, { ...endless, maxTokens: 1 }); // loads it
  for (let round = 0; round < 3; round++) {
    const before = performance.now();
    for await (const { type } of provider.stream(endless, createCallContext())) {
      if (type === 'text-delta') break;
    }
    expect(performance.now() - before).toBeLessThan(5_000); // the sequence is free again for the next round
  }
});

describe('a closed provider', () => {
  it('ends the calls in flight with an error, and takes no more', async () => {
    const provider = startModels(['endless']);
    const events = provider.stream(endless, createCallContext())[Symbol.asyncIterator]();
    await events.next();
    const waiting = chat(provider, endless).catch((error: unknown) => error);
    await sleep(20);
    const closed = provider.close?.();
    const rest = async (): Promise<void> => {
      for (;;) if ((await events.next()).done) return;
    };
    await expect(rest()).rejects.toMatchObject({ code: 'unreachable', retryable: false });
    expect(await waiting).toMatchObject({ code: 'unreachable' });
    await closed;
    await expect(chat(provider, endless)).rejects.toMatchObject({ code: 'unreachable' });
    await provider.close?.(); // once more does no harm
  });

  it('ends a call whose model is loading', async () => {
    const provider = startModels(['speaker']);
    const call = chat(provider, short).catch((error: unknown) => error);
    await sleep(1);
    await provider.close?.();
    expect(await call).toMatchObject({ code: 'unreachable' });
  });
});
