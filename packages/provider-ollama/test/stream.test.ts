import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ChatEvent,
  type ChatRequest,
  chat,
  createCallContext,
  type Provider,
} from '@lakehouse/chat-core';
import { json, ndjson, type Script, startUpstream } from '@lakehouse/provider-testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOllama } from '../src/index.js';
import { last, line, toolCall } from './support/lines.js';

let upstream: Awaited<ReturnType<typeof startUpstream>>;
let provider: Provider;
beforeAll(async () => {
  upstream = await startUpstream();
});
beforeEach(() => {
  provider = createOllama({ url: upstream.url });
  return () => provider.close?.();
});
afterAll(() => upstream.close());

const request: ChatRequest = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] };
const good = ndjson([line({ content: 'Hi' }), last()]);

const ask = async (
  reply: Script,
  changes: Partial<ChatRequest> = {},
  rawChunks = false,
): Promise<ChatEvent[]> => {
  upstream.reply(reply);
  const context = { ...createCallContext({ delivery: 'stream' }), rawChunks };
  const events: ChatEvent[] = [];
  for await (const event of provider.stream({ ...request, ...changes }, context)) events.push(event);
  return events;
};

describe('a stream', () => {
  it('leaves its connection to the next call', async () => {
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.write(`${JSON.stringify(last({ content: 'Hi' }))}\n`, () => {
        setTimeout(() => response.end(), 5); // the server says that the body is over a moment later
      });
    });
    let connections = 0;
    server.on('connection', () => {
      connections += 1;
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const other = createOllama({ url: `http://127.0.0.1:${port}` });
    for (let call = 0; call < 6; call += 1) {
      for await (const event of other.stream(request, createCallContext({ delivery: 'stream' }))) {
        expect(event.type).not.toBe('raw-chunk');
      }
      await sleep(5);
    }
    expect(connections).toBe(1);
    await other.close?.();
    server.close();
  });

  it('ends at the last line although the server keeps the connection open', async () => {
    const since = performance.now();
    const events = await ask({ ...good, steps: [...good.steps, { silence: true }] });
    expect(events.at(-1)?.type).toBe('response-end');
    expect(performance.now() - since).toBeLessThan(1_000);
  });

  it('is complete at the last line, whatever follows it', async () => {
    const garbage = { ...good, steps: [...good.steps, { send: 'garbage\n' }, { cut: true }] } as const;
    expect((await ask(garbage)).at(-1)?.type).toBe('response-end');
  });

  it('passes the upstream’s own objects on when it is asked to, after the start', async () => {
    const events = await ask(good, {}, true);
    expect(events.map(({ type }) => type)).toEqual([
      'response-start',
      'raw-chunk',
      'text-delta',
      'raw-chunk',
      'response-end',
    ]);
    expect(events[1]).toEqual({ type: 'raw-chunk', chunk: line({ content: 'Hi' }) });
  });

  it('knows no usage where there was none, and never says 0', async () => {
    const events = await ask(ndjson([line({ content: 'Hi' }), { ...line({}), done: true, eval_count: 3 }]));
    expect(events.at(-1)).toEqual({ type: 'response-end', finishReason: 'stop', usage: { output: 3 } });
  });
});

describe('the time limits', () => {
  it.each([
    ['first-content', { firstContentMs: 60 }, { beforeHeaders: true, steps: [{ silence: true }] }],
    [
      'idle',
      { idleMs: 60 },
      { ...good, steps: [{ send: `${JSON.stringify(line({ content: 'Hi' }))}\n` }, { silence: true }] },
    ],
  ] as const)('hold for a stream: %s', async (phase, timeouts, reply) => {
    const hasty = createOllama({ url: upstream.url, timeouts });
    upstream.reply(reply);
    const drain = async (): Promise<void> => {
      for await (const { type } of hasty.stream(request, createCallContext({ delivery: 'stream' }))) {
        expect(type).not.toBe('response-end');
      }
    };
    await expect(drain()).rejects.toMatchObject({ code: 'timeout', phase });
    await hasty.close?.();
  });

  it('do not hold for a whole answer, which says nothing until it is complete', async () => {
    const hasty = createOllama({ url: upstream.url, timeouts: { firstContentMs: 60, idleMs: 60 } });
    const { steps, ...whole } = json(last({ content: 'Hi' }));
    upstream.reply({ ...whole, beforeHeaders: true, steps: [{ waitMs: 1_500 }, ...steps] });
    expect(await chat(hasty, request)).toMatchObject({ content: 'Hi' });
    await hasty.close?.();
  });
});

describe('the ids of tool calls', () => {
  it('are unique in the conversation, whatever the server sends', async () => {
    const ids = fc.array(fc.constantFrom(undefined, '', 'call_a', 'call_b', 'call_old'), {
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(ids, async (given) => {
        const lines = given.map((id) => line({ tool_calls: [toolCall('now', {}, id)] }));
        const events = await ask(ndjson([...lines, last()]), {
          messages: [
            { role: 'user', content: 'Hi' },
            { role: 'assistant', content: '', toolCalls: [{ id: 'call_old', name: 'now', arguments: {} }] },
            { role: 'tool', toolCallId: 'call_old', content: 'ok' },
          ],
        });
        const calls = events.filter((event) => event.type === 'tool-call-delta');
        expect(calls.map(({ index }) => index)).toEqual(given.map((_, index) => index));
        const found = calls.map(({ id }) => id);
        expect(new Set([...found, 'call_old']).size).toBe(given.length + 1);
        expect(found.every(Boolean)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});
