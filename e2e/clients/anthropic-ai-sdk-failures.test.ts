import { createAnthropic } from '@ai-sdk/anthropic';
import { APICallError, generateText, type LanguageModel, type ModelMessage, streamText } from 'ai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type ClientLab,
  closedAfter,
  kinds,
  ownAttempts,
  startClientLab,
  wallClosedAfter,
} from './support.js';

let lab: ClientLab;
let modelOf: (id: string) => LanguageModel;
beforeAll(async () => {
  lab = await startClientLab();
  const provider = createAnthropic({ baseURL: `${lab.url}/v1`, apiKey: 'any' });
  modelOf = (id) => provider(id);
});
beforeEach(() => {
  lab.wall.clear();
  for (const kind of kinds) lab.upstreamOf(kind).clear();
});
afterAll(() => lab.close());

const hello: ModelMessage[] = [{ role: 'user', content: 'Hello' }];
const asking = (model: string) => ({ model: modelOf(model), maxOutputTokens: 1024 });

/** Both ways throw what went wrong; a stream tells it to a callback. */
const ways = {
  whole: (settings: Parameters<typeof generateText>[0]): Promise<unknown> => generateText(settings),
  streamed: async (settings: Parameters<typeof streamText>[0]): Promise<void> => {
    const errors: unknown[] = [];
    const onError = ({ error }: { readonly error: unknown }): void => void errors.push(error);
    await streamText({ ...settings, onError }).consumeStream();
    if (errors.length > 0) throw errors[0];
  },
};

describe.each(kinds)('the AI SDK, as a client of Anthropic, over $id', (kind) => {
  it('leaves a stream, and the upstream is closed within 250 ms', async () => {
    const caller = new AbortController();
    const result = streamText({
      ...asking(`${kind.id}/slow`),
      messages: hello,
      abortSignal: caller.signal,
    });
    const parts: string[] = [];
    let took: number | undefined;
    for await (const { type } of result.stream) {
      parts.push(type);
      const [asked] = lab.upstreamOf(kind).requests;
      if (type === 'text-delta' && asked) took ??= await closedAfter(asked, () => caller.abort());
    }
    expect(took).toBeLessThan(250);
    expect(parts).toContain('abort');
    expect(parts).not.toContain('finish');
  });

  it('leaves before a whole answer, and the upstream is closed within 250 ms', async () => {
    const model = `never-answers@${kind.id}`;
    const caller = new AbortController();
    const call = generateText({
      ...asking(`${kind.wall}/${model}`),
      messages: hello,
      abortSignal: caller.signal,
    });
    const failed = expect(call).rejects.toMatchObject({ name: 'AbortError' });
    expect(await wallClosedAfter(lab.wall, model, () => caller.abort())).toBeLessThan(250);
    await failed;
  });

  it.each([
    ['bad-request', 400, false, 1],
    ['wrong-key', 502, true, 1],
    ['unknown-model', 404, false, 1],
    ['rate-limited-ms', 429, true, 1],
    ['always-503', 529, true, ownAttempts],
  ] as const)('%s raises an APICallError with status %i', async (fault, statusCode, isRetryable, asked) => {
    for (const [way, ask] of Object.entries(ways)) {
      const model = `${fault}@${kind.id}-${way}`;
      const call = ask({ ...asking(`${kind.wall}/${model}`), messages: hello, maxRetries: 0 });
      const failure = await call.catch((error: unknown) => error);
      expect(APICallError.isInstance(failure)).toBe(true);
      expect(failure).toMatchObject({ statusCode, isRetryable, message: expect.stringMatching(/./) });
      expect(lab.wall.requests(model)).toHaveLength(asked);
    }
  });

  it.each(['cut-in-the-middle', 'ends-in-the-middle'])(
    '%s: the stream has an error and no finish',
    async (fault) => {
      const errors: unknown[] = [];
      const result = streamText({
        ...asking(`${kind.wall}/${fault}`),
        messages: hello,
        onError: ({ error }) => {
          errors.push(error);
        },
      });
      const parts: string[] = [];
      for await (const { type } of result.stream) parts.push(type);
      expect(errors).toHaveLength(1);
      expect(parts.filter((type) => type === 'error')).toHaveLength(1);
      expect(await result.finishReason).not.toBe('stop');
    },
  );
});

it('a rate limit is waited for as long as the answer says, and tried again', async () => {
  const model = asking('lab-wall/rate-limited-ms@again');
  const started = performance.now();
  await expect(generateText({ ...model, messages: hello, maxRetries: 1 })).rejects.toMatchObject({
    name: 'AI_RetryError',
  });
  expect(performance.now() - started).toBeLessThan(1500); // 120 ms, not the SDK's own two seconds
  expect(lab.wall.requests('rate-limited-ms@again')).toHaveLength(2);
});
