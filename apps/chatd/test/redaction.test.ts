import { Secret } from '@lakehouse/chat-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedaction } from '../src/plugin-host/redaction.js';

const redactionOf = (...keys: readonly string[]) => {
  const redaction = createRedaction();
  for (const key of keys) redaction.add(new Secret(key));
  return redaction;
};

describe('redaction', () => {
  it('takes a key out of any JSON-like value, and leaves a value without one as it is', () => {
    const key = 'canary-7f3a';
    const redaction = redactionOf(key);
    const texts = fc.oneof(
      fc.string(),
      fc.constant(key),
      fc.constant(`a ${key}, ${encodeURIComponent(key)}`),
    );
    const tree = fc.letrec((tie) => ({
      node: fc.oneof(texts, fc.double(), fc.constant(null), fc.boolean(), tie('list'), tie('table')),
      list: fc.array(tie('node'), { maxLength: 4 }),
      table: fc.dictionary(texts, tie('node'), { maxKeys: 4 }),
    })).node;
    fc.assert(
      fc.property(tree, (given) => {
        const text = JSON.stringify(given);
        const redacted = redaction.value(given);
        expect(JSON.stringify(redacted)).not.toContain(key);
        if (!text.includes(key)) expect(redacted).toBe(given);
      }),
    );
  });

  it('takes out each of several keys, one the beginning of another, in a URL and in JSON too', () => {
    const redaction = redactionOf('abcd', 'abcd-efgh', 'a b"c&d');
    expect(redaction.text('abcd-efgh, abcd')).toBe('[redacted], [redacted]');
    expect(redaction.text(`?key=${encodeURIComponent('a b"c&d')} ${JSON.stringify('a b"c&d')}`)).toBe(
      '?key=[redacted] "[redacted]"',
    );
  });

  it('takes a key out of what becomes text only in JSON', () => {
    const redaction = redactionOf('abcd');
    const at = new Date();
    expect(redaction.value({ url: new URL('http://x/?key=abcd'), at })).toEqual({
      url: 'http://x/?key=[redacted]',
      at,
    });
  });

  it('leaves a placeholder alone that is no secret', () => {
    expect(redactionOf('x').text('next')).toBe('next');
  });

  it('leaves numbers, bytes and an error without keys to be told as they are', () => {
    const bytes = new Uint8Array([1]);
    expect(redactionOf('abcd').value({ bytes }).bytes).toBe(bytes);
    const error = new Error('x');
    expect(redactionOf().error(error)).toBe(error);
  });

  it('follows a chain of causes that leads back to itself no further than it must', () => {
    const error = new Error('abcd');
    error.cause = error;
    expect(redactionOf('abcd').error(error)).toMatchObject({ message: '[redacted]' });
  });

  it('tells nothing of an error that cannot be read', () => {
    const throwing = Object.defineProperty(new Error('x'), 'message', {
      get: () => {
        throw new Error('abcd');
      },
    });
    const circular: Record<string, unknown> = { key: 'abcd' };
    circular.itself = circular;
    for (const thrown of [throwing, circular]) {
      const { message } = redactionOf('abcd').error(thrown) as Error;
      expect(message).toMatch(/^An error that cannot be read/);
    }
  });
});
