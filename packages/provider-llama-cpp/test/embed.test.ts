import { createCallContext, type EmbedRequest } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { startModels, useModels } from './support/models.js';

const provider = useModels(['speaker'], { contextSize: 256 });
const embed = async (request: Partial<EmbedRequest>) =>
  await provider.embed?.({ model: 'speaker', input: [], ...request }, createCallContext());

const cosine = (left: readonly number[], right: readonly number[]): number => {
  const dot = (one: readonly number[], other: readonly number[]): number =>
    one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);
  return dot(left, right) / Math.sqrt(dot(left, left) * dot(right, right));
};

describe('embeddings', () => {
  it('are near each other where the texts are', async () => {
    const answer = await embed({
      input: [' cats and dogs', ' dogs and cats', ' rain in Oslo', ' cats and rain'],
    });
    const [first = [], second = [], third = [], fourth = []] = answer?.embeddings ?? [];
    expect(answer).toMatchObject({ model: 'speaker', usage: { input: 16 } }); // three words and a beginning each
    expect(first).toHaveLength(320);
    expect(cosine(first, second)).toBeCloseTo(1, 3);
    expect(cosine(first, fourth)).toBeGreaterThan(cosine(first, third));
  });

  it('of nothing load nothing', async () => {
    expect(await embed({ model: 'nobody', input: [] })).toEqual({ model: 'nobody', embeddings: [] });
  });

  it.each([
    ['an empty text', { input: ['', 'a'] }, 'invalid-request', 'input[0]'],
    ['a text that is too long', { input: ['a', ' cats'.repeat(300)] }, 'context-too-long', 'input[1]'],
    ['token numbers', { tokens: [[1]] }, 'unsupported', 'input'],
    ['a size', { input: ['a'], dimensions: 8 }, 'unsupported', 'dimensions'],
    ['another model', { model: 'nobody', input: ['a'] }, 'model-not-found', undefined],
  ])('of %s are refused', async (_what, request, code, path) => {
    await expect(embed(request)).rejects.toMatchObject({ code, path });
  });

  it('obey the signal', async () => {
    const context = createCallContext({ signal: AbortSignal.abort() });
    const request = { model: 'speaker', input: [' cats'] };
    await expect(provider.embed?.(request, context)).rejects.toMatchObject({ code: 'aborted' });
    const many = { model: 'speaker', input: Array.from({ length: 20_000 }, () => ' cats') };
    const leaving = createCallContext({ signal: AbortSignal.timeout(100) });
    await expect(provider.embed?.(many, leaving)).rejects.toMatchObject({ code: 'aborted' });
    await embed({ input: [' cats'] }); // the place is free again
  });

  it('end with an error when the provider is closed', async () => {
    const other = startModels(['speaker'], { contextSize: 256 });
    const many = { model: 'speaker', input: Array.from({ length: 20_000 }, () => ' cats') };
    const work = other.embed?.(many, createCallContext()).catch((error: unknown) => error);
    await other.embed?.({ model: 'speaker', input: [''] }, createCallContext()).catch(() => undefined); // loaded now
    await other.close?.();
    expect(await work).toMatchObject({ code: 'unreachable' });
  });
});
