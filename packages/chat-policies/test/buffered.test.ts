import { ChatError, type ChatEvent } from '@lakehouse/chat-core';
import { expect, it } from 'vitest';
import { buffered } from '../src/buffered.js';
import { createTargetLoad, fallback, recordAttempt } from '../src/index.js';
import { contextOf, end, read, request, script, start, text } from './support/handlers.js';

const raw: ChatEvent = { type: 'raw-chunk', chunk: 0 };
const thought: ChatEvent = { type: 'reasoning-delta', delta: 'hm', signature: 's' };
const call: ChatEvent = { type: 'tool-call-delta', index: 0, id: '1', name: 'f', argumentsDelta: '{}' };

it('yields every event as it came', async () => {
  const events = [start, raw, thought, text('a'), call, end];
  expect(await read(buffered()(script(...events))(request, contextOf()))).toEqual({ events });
});

it('yields nothing before the inner stream has ended', async () => {
  const inner = script(start, text('a'), 20, end, 20);
  let closedAtFirst = -1;
  for await (const _ of buffered()(inner)(request, contextOf())) {
    if (closedAtFirst < 0) closedAtFirst = inner.closed;
  }
  expect(closedAtFirst).toBe(1);
});

it('does nothing before the first pull', async () => {
  const inner = script(start, end);
  const stream = buffered()(inner)(request, contextOf())[Symbol.asyncIterator]();
  await stream.return?.();
  expect(inner.calls).toEqual([]);
});

it('makes a cut answer a failure without an event', async () => {
  for (const steps of [[], [start], [start, text('half')]]) {
    expect(await read(buffered()(script(...steps))(request, contextOf()))).toMatchObject({
      events: [],
      error: { code: 'bad-response', message: 'The answer was cut before its end' },
    });
  }
});

it('passes a failure in the middle on as it is, without an event', async () => {
  const failure = new ChatError('unreachable', 'reset');
  const outcome = await read(buffered()(script(start, text('half'), failure))(request, contextOf()));
  expect(outcome.events).toEqual([]);
  expect(outcome.error).toBe(failure);
});

it('also one after response-end: the inner stream has not ended properly', async () => {
  const failure = new ChatError('internal', 'text-delta after response-end');
  const outcome = await read(buffered()(script(start, end, failure))(request, contextOf()));
  expect(outcome).toEqual({ events: [], error: failure });
});

it('lets a fallback around it rescue a cut in the middle', async () => {
  const handlers = [script(start, text('half')), script(start, text('whole'), end)];
  const targets = handlers.map((handler, index) => {
    const name = { provider: `p${index}`, model: 'm' };
    return { ...name, handler: recordAttempt(name)(buffered()(handler)) };
  });
  const context = contextOf();
  const outcome = await read(fallback(targets)(request, context));
  expect(outcome).toEqual({ events: [start, text('whole'), end] });
  expect(context.attempts).toMatchObject([{ code: 'bad-response' }, { outcome: 'ok' }]);
});

it('refuses an answer that is longer than it may hold, and closes the inner stream', async () => {
  const inner = script(start, text('abc'), thought, call, raw, text('d'), 60_000, end);
  const outcome = await read(buffered({ maxCharacters: 7 })(inner)(request, contextOf()));
  expect(outcome).toMatchObject({
    events: [],
    error: { code: 'bad-response', message: 'The answer is longer than 7 characters' },
  });
  expect(inner.closed).toBe(1);
});

it('the attempt whose answer was too long is booked as that, and not as a caller who left', async () => {
  const context = contextOf();
  const name = { provider: 'p', model: 'm' };
  const observed = createTargetLoad().observe(name); // what stands between, as it does in chatd, hides nothing
  const inner = observed(recordAttempt(name)(script(start, text('abcd'), 60_000, end)));
  await read(buffered({ maxCharacters: 3 })(inner)(request, context));
  expect(context.attempts).toMatchObject([{ outcome: 'error', code: 'bad-response', outputCharacters: 4 }]);
});

it('holds exactly as much as it may', async () => {
  const events = [start, text('abc'), thought, call, end];
  expect(await read(buffered({ maxCharacters: 7 })(script(...events))(request, contextOf()))).toEqual({
    events,
  });
});

it('obeys the signal while it holds', async () => {
  const context = contextOf();
  const inner = script(start, text('a'), 60_000, end);
  const reading = read(recordAttempt({ provider: 'p', model: 'm' })(buffered()(inner))(request, context));
  setTimeout(context.abort, 5);
  expect(await reading).toMatchObject({ events: [], error: { code: 'aborted' } });
  expect(inner.closed).toBe(1);
});

it('may be closed while it holds: the pull that waits is the last one, and what is inside is closed', async () => {
  const inner = script(start, text('a'), 20, end);
  const stream = buffered()(inner)(request, contextOf())[Symbol.asyncIterator]();
  const first = stream.next();
  await stream.return?.();
  expect((await first).done).toBe(true);
  expect([await stream.next(), inner.closed]).toEqual([{ done: true, value: undefined }, 1]);
});

it('may be closed while it yields', async () => {
  const inner = script(start, text('a'), text('b'), end);
  const stream = buffered()(inner)(request, contextOf())[Symbol.asyncIterator]();
  await stream.next();
  await stream.next();
  await stream.return?.();
  expect([await stream.next(), inner.closed]).toEqual([{ done: true, value: undefined }, 1]);
});
