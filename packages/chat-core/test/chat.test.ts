import { describe, expect, it } from 'vitest';
import { type CallContext, type ChatRequest, chat, createCallContext, type Provider } from '../src/index.js';
import { end, start, streamOf, text } from './support/events.js';
import { providerOf } from './support/provider.js';

const request: ChatRequest = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] };

describe('chat', () => {
  it('gives the whole answer of one provider', async () => {
    const provider: Provider = { ...providerOf('p'), stream: () => streamOf(start, text('Hello'), end) };
    expect(await chat(provider, request)).toEqual({ model: 'm', content: 'Hello', finishReason: 'stop' });
  });

  it('refuses a bad request before the provider is asked', async () => {
    let asked = 0;
    const provider: Provider = {
      ...providerOf('p'),
      stream: () => {
        asked += 1;
        return streamOf(start, end);
      },
    };
    const failure = chat(provider, { ...request, temperature: -1 });
    await expect(failure).rejects.toMatchObject({ code: 'invalid-request', path: 'temperature' });
    expect(asked).toBe(0);
  });

  it('hands the signal and the request id to the provider', async () => {
    const seen: CallContext[] = [];
    const provider: Provider = {
      ...providerOf('p'),
      stream: (_, context) => {
        seen.push(context);
        return streamOf(start, end);
      },
    };
    const { signal } = new AbortController();
    await chat(provider, request, { signal, requestId: 'r-1' });
    expect(seen).toEqual([{ signal, requestId: 'r-1', delivery: 'whole' }]);
  });
});

it('a context made from nothing has a signal, an id of its own and wants a stream', () => {
  const first = createCallContext();
  expect(first.signal.aborted).toBe(false);
  expect(first.delivery).toBe('stream');
  expect(first.requestId).not.toBe(createCallContext().requestId);
});
