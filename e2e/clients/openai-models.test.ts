import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClientLab, kinds, readAll, startClientLab } from './support.js';

let lab: ClientLab;
let client: OpenAI;

beforeAll(async () => {
  lab = await startClientLab();
  client = new OpenAI({ baseURL: `${lab.url}/v1`, apiKey: 'any', maxRetries: 0 });
});
afterAll(() => lab.close());

describe.each(kinds)('embeddings and models of openai over $id', (kind) => {
  it.each([undefined, 'float', 'base64'] as const)('embeddings, encoding %s', async (encoding) => {
    const request = { model: `${kind.id}/text`, input: ['one', 'three'] };
    const answer = await client.embeddings.create({
      ...request,
      ...(encoding && { encoding_format: encoding }),
    });
    const vectors = answer.data.map(({ embedding }) => embedding as unknown);
    const expected = [
      [3, 0.5, -1],
      [5, 0.5, -1],
    ];
    const encode = (vector: number[]) => Buffer.from(new Float32Array(vector).buffer).toString('base64');
    expect(vectors).toEqual(encoding === 'base64' ? expected.map(encode) : expected);
    expect(answer.usage).toEqual({ prompt_tokens: 7, total_tokens: 7 });
  });

  it('a model is found by its name with a slash, and listed', async () => {
    const listed = await readAll(client.models.list());
    expect(listed.map(({ id }) => id)).toContain(`${kind.id}/text`);
    expect(await client.models.retrieve(`${kind.id}/text`)).toMatchObject({
      id: `${kind.id}/text`,
      object: 'model',
      owned_by: kind.id,
    });
  });
});

describe('token numbers in place of a text', () => {
  const request = (id: string) => ({ model: `${id}/text`, input: [[1, 2, 3], [4]] });

  it('reach a server that takes them', async () => {
    const { data } = await client.embeddings.create(request('lab'));
    expect(data.map(({ embedding }) => embedding[0])).toEqual([3, 1]);
  });

  it.each(['local', 'cloud'])('are refused by one that does not: %s', async (id) => {
    await expect(client.embeddings.create(request(id))).rejects.toThrow(/400 .* takes texts to embed/);
  });
});

it('without /v1 in its address the client finds the same routes', async () => {
  const bare = new OpenAI({ baseURL: lab.url, apiKey: 'any', maxRetries: 0 });
  const answer = await bare.chat.completions.create({
    model: 'lab/text',
    messages: [{ role: 'user', content: 'Hello' }],
  });
  expect(answer.choices[0]?.message.content).toMatch(/^Good day/);
  expect((await bare.models.retrieve('local/text')).id).toBe('local/text');
});
