import { expect, it } from 'vitest';
import { createLineDecoder, tooLarge } from '../src/index.js';

it('what exceeds a limit is a bad response that is not asked for again: it would be as large', () => {
  expect(tooLarge('a line', 2048)).toMatchObject({
    code: 'bad-response',
    retryable: false,
    reroutable: true,
    message: 'The upstream sent a line of more than 2KiB',
  });
  expect(tooLarge('a line', 100).message).toContain('more than 100B');
  expect(tooLarge('a body', 64 * 1024 ** 2).message).toContain('more than 64MiB');
  expect(tooLarge('a body', 1024 ** 3).message).toContain('more than 1GiB');
  const decoder = createLineDecoder(4);
  expect(() => decoder.push(Buffer.from('12345'))).toThrow(expect.objectContaining({ retryable: false }));
});
