import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { ChatError } from '@lakehouse/chat-core';
import type { Response } from 'express';
import { expect, it, onTestFinished, vi } from 'vitest';
import { openEventStream } from '../src/event-stream.js';

it('nobody waits for a slow reader once the signal is aborted', async () => {
  const reason = new ChatError('aborted', 'left');
  const written = new Promise<void>((resolve, reject) => {
    const server = createServer((_request, response) => {
      const stream = openEventStream(response as Response, {
        signal: AbortSignal.abort(reason),
        contentType: 'text/event-stream',
        keepAlive: () => '',
        stallMs: 60_000,
      });
      Promise.resolve(stream.write('x'.repeat(50_000_000)))
        .then(resolve, reject)
        .finally(() => stream.end(''));
    });
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      const socket = connect(port, '127.0.0.1', () =>
        socket.pause().write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n'),
      );
      socket.on('error', () => undefined); // the server lets go of a reader that reads nothing
      onTestFinished(() => {
        socket.destroy();
        server.close();
      });
    });
  });
  await expect(written).rejects.toBe(reason);
});

it('what comes in one turn is written in one piece, and the end with it', async () => {
  const written: string[] = [];
  const server = createServer((_request, response) => {
    const write = vi.spyOn(response, 'write');
    const end = vi.spyOn(response, 'end');
    response.once('finish', () => {
      written.push(...[...write.mock.calls, ...end.mock.calls].map(([text]) => String(text)));
    });
    const stream = openEventStream(response as Response, {
      signal: new AbortController().signal,
      contentType: 'text/event-stream',
      keepAlive: () => '',
      stallMs: 60_000,
    });
    const pieces = async (): Promise<void> => {
      await Promise.resolve(); // as after an event of an upstream
      for (const text of ['a', 'bc']) await stream.write(text);
      await new Promise(setImmediate);
      for (const text of ['d', 'ef']) await stream.write(text);
      stream.end('ghi');
    };
    void pieces();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/`);
  expect(await answer.text()).toBe('abcdefghi');
  expect(written).toEqual(['abc', 'defghi']);
});

it('a reader that is slow when the time of its call is up gets whole events and the error, not half of one', async () => {
  const timeUp = new AbortController();
  const server = createServer((_request, response) => {
    const stream = openEventStream(response as Response, {
      signal: timeUp.signal,
      contentType: 'text/event-stream',
      keepAlive: () => '',
      stallMs: 60_000,
    });
    const write = async (): Promise<void> => {
      const full = stream.write('x'.repeat(5_000_000));
      timeUp.abort(new ChatError('timeout', 'time is up', { phase: 'total' }));
      await full;
      stream.end('the error');
    };
    void write();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/`);
  const text = await answer.text();
  expect([text.length, text.slice(-9)]).toEqual([5_000_009, 'the error']);
});
