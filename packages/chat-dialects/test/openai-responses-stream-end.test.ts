import { ChatError, type ChatEvent } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { body, encode, end, meta, parse, reasoning, start, text } from './support/openai-responses.js';
import { readEvents, readStream } from './support/openai-responses-client.js';

describe('the terminal', () => {
  const failure = new ChatError('overloaded', 'full', { provider: 'lab' });
  const encoderAfter = (...events: readonly ChatEvent[]) => {
    const encoder = parse(body).createEncoder(() => meta);
    for (const event of events) encoder.push(event);
    return encoder;
  };

  it('of a failure makes the SDKs throw, and then tells Codex; nothing comes after it', () => {
    const encoder = encoderAfter(start, text('half'));
    const error = { type: 'server_error', code: 'overloaded', message: 'full', param: null };
    expect(readEvents(encoder.error(failure))).toMatchObject([
      { ...error, type: 'error', error },
      {
        type: 'response.failed',
        response: { status: 'failed', error: { code: 'server_is_overloaded', message: 'full' }, output: [] },
      },
    ]);
    expect([encoder.push(text('late')), encoder.error(failure), encoder.end(), encoder.keepAlive()]).toEqual([
      '',
      '',
      '',
      '',
    ]);
  });

  it('of a failure keeps the items that were through', () => {
    const [, failed] = readEvents(encoderAfter(start, reasoning('hm'), text('half')).error(failure));
    expect(failed?.response?.output).toMatchObject([{ type: 'reasoning' }]);
  });

  it('is only one when the answer fails after response-end', () => {
    const encoder = encoderAfter(start, text('x'), end);
    expect(readEvents(encoder.error(failure)).map(({ type }) => type)).toEqual(['error', 'response.failed']);
    expect(encoder.end()).toBe('');
  });

  it('of a cut stream is a failure, never response.completed', () => {
    const { last } = readStream(encode([start, text('half')]));
    expect(last).toMatchObject({ type: 'response.failed', response: { error: { code: 'server_error' } } });
  });

  it('is only one however often end is called', () => {
    const encoder = encoderAfter(start, end);
    expect(readEvents(encoder.end())).toHaveLength(1);
    expect(encoder.end() + encoder.error(failure)).toBe('');
  });

  it('of a stream that breaks the event rules comes from error', () => {
    const encoder = encoderAfter();
    expect(() => encoder.push(text('early'))).toThrow(expect.objectContaining({ code: 'internal' }));
    expect(readEvents(encoder.error(failure)).at(-1)).toMatchObject({ response: { model: 'm' } });
  });

  it('tells the wait of a rate limit in its text, where Codex reads it', () => {
    const limited = new ChatError('rate-limited', 'slow down', { retryAfterMs: 1500 });
    expect(readEvents(encoderAfter(start).error(limited)).at(-1)?.response?.error).toEqual({
      code: 'rate_limit_exceeded',
      message: 'slow down Please try again in 1.5s.',
    });
  });
});

it('the keep-alive is a comment that no reader takes for an event', () => {
  const encoder = parse(body).createEncoder(() => meta);
  expect(encoder.keepAlive()).toMatch(/^:.*\n\n$/);
});
