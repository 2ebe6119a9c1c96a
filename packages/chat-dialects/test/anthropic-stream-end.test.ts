import { ChatError, type ChatEvent } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { assemble, meta, parse, readNamedEvents } from './support/anthropic-client.js';

const start: ChatEvent = { type: 'response-start', model: 'm' };
const end: ChatEvent = { type: 'response-end', finishReason: 'stop' };
const text = (delta: string): ChatEvent => ({ type: 'text-delta', delta });

const encoderOf = () => parse({ stream: true }).createEncoder(() => meta);
const encode = (events: readonly ChatEvent[]): string => {
  const encoder = encoderOf();
  return events.map((event) => encoder.push(event)).join('') + encoder.end();
};

describe('the terminal', () => {
  const failure = new ChatError('overloaded', 'full');
  const error = {
    event: 'error',
    data: { type: 'error', error: { type: 'overloaded_error', message: 'full' }, request_id: 'r-1' },
  };

  it('of a failed answer is an error event, and nothing comes after it', () => {
    const encoder = encoderOf();
    encoder.push(start);
    encoder.push(text('half'));
    expect(readNamedEvents(encoder.error(failure))).toEqual([error]);
    expect([encoder.push(text('late')), encoder.end(), encoder.error(failure), encoder.keepAlive()]).toEqual([
      '',
      '',
      '',
      '',
    ]);
  });

  it('is only one when the answer fails after response-end', () => {
    const encoder = encoderOf();
    encoder.push(start);
    expect(encoder.push(end)).toBe('');
    expect(readNamedEvents(encoder.error(failure))).toEqual([error]);
    expect(encoder.end()).toBe('');
  });

  it('of a cut stream is an error, and never message_stop', () => {
    const events = readNamedEvents(encode([start, text('half')])).map(({ event }) => event);
    expect(events.slice(-2)).toEqual(['content_block_delta', 'error']);
  });

  it('is only one however often end is called', () => {
    const encoder = encoderOf();
    encoder.push(start);
    encoder.push(end);
    expect(readNamedEvents(encoder.end()).at(-1)?.event).toBe('message_stop');
    expect(encoder.end() + encoder.error(failure) + encoder.keepAlive()).toBe('');
  });

  it('of a stream that breaks the event rules comes from error', () => {
    const encoder = encoderOf();
    expect(() => encoder.push(text('early'))).toThrow(expect.objectContaining({ code: 'internal' }));
    expect(readNamedEvents(encoder.error(failure))).toEqual([error]);
  });
});

it('the keep-alive is a ping, which is allowed everywhere', () => {
  const encoder = encoderOf();
  const wire =
    encoder.keepAlive() +
    [start, text('a'), end].map((event) => encoder.push(event) + encoder.keepAlive()).join('') +
    encoder.end();
  expect(encoderOf().keepAlive()).toBe('event: ping\ndata: {"type":"ping"}\n\n');
  expect(assemble(readNamedEvents(wire)).content).toEqual([{ type: 'text', text: 'a' }]);
});
