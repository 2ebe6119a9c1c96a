import { describe, expect, it } from 'vitest';
import { BodyPieces, freeBytes } from '../src/body-pieces.js';

const large = 20_000;
const bytes = (length: number, fill = 1): Buffer => Buffer.from(new ArrayBuffer(length)).fill(fill);
const collect = (...pieces: Buffer[]): BodyPieces => {
  const body = new BodyPieces();
  for (const piece of pieces) body.add(piece);
  return body;
};

describe('the pieces of a body', () => {
  it('are the body in their order, and freed with it', () => {
    const pieces = [bytes(large, 1), bytes(3, 2), bytes(large, 3)];
    const body = collect(...pieces);
    expect(body.length).toBe(2 * large + 3);
    const whole = body.take();
    expect([whole.length, whole[large - 1], whole[large], whole.at(-1)]).toEqual([2 * large + 3, 1, 2, 3]);
    expect(pieces.map(({ length }) => length)).toEqual([0, 3, 0]);
  });

  it('are not copied where there is one', () => {
    const piece = bytes(large);
    expect(collect(piece).take()).toBe(piece);
    expect(piece).toHaveLength(large);
  });

  it('are nothing where there is none', () => {
    expect(collect().take()).toHaveLength(0);
  });

  it('are freed where nobody wants the body', () => {
    const pieces = [bytes(large), bytes(large)];
    collect(...pieces).discard();
    expect(pieces.map(({ length }) => length)).toEqual([0, 0]);
  });
});

it('bytes that share their memory stay, and so do few', () => {
  const part = bytes(2 * large).subarray(0, large);
  const few = bytes(16 * 1024);
  freeBytes(part);
  freeBytes(few);
  expect([part.length, few.length]).toEqual([large, 16 * 1024]);
});
