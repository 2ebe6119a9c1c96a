import { createOpenAICompatible, type OpenAICompatibleProvider } from '@ai-sdk/openai-compatible';
import {
  APICallError,
  embed,
  embedMany,
  generateObject,
  generateText,
  isStepCount,
  type ModelMessage,
  Output,
  streamText,
  tool,
} from 'ai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { callsOfTools, thought } from '../support/stand-in/scenario.js';
import {
  type ClientLab,
  closedAfter,
  countedBy,
  type Kind,
  kinds,
  local,
  ownAttempts,
  picture,
  pictureText,
  readAll,
  startClientLab,
  toolResults,
  toolShapes,
  toolText,
  wallClosedAfter,
} from './support.js';

let lab: ClientLab;
let chatd: OpenAICompatibleProvider;

beforeAll(async () => {
  lab = await startClientLab();
  chatd = createOpenAICompatible({
    name: 'chatd',
    baseURL: `${lab.url}/v1`,
    apiKey: 'any',
    includeUsage: true,
    supportsStructuredOutputs: true,
  });
});
beforeEach(() => {
  for (const kind of kinds) lab.upstreamOf(kind).clear();
});
afterAll(() => lab.close());

const goodDay = 'Good day, Grüße 👋.';

const askOf = (kind: Kind, scenario: string) => ({
  model: chatd(`${kind.id}/${scenario}`),
  maxRetries: 0,
});

const usageOf = (kind: Kind) => {
  const { input, output, total, cached = 0, reasoning = 0 } = countedBy(kind);
  return {
    inputTokens: input,
    inputTokenDetails: { noCacheTokens: input - cached, cacheReadTokens: cached },
    outputTokens: output,
    outputTokenDetails: { textTokens: output - reasoning, reasoningTokens: reasoning },
    totalTokens: total,
  };
};

const tools = {
  get_weather: tool({
    inputSchema: toolShapes.get_weather,
    execute: () => Promise.resolve(toolResults.get_weather),
  }),
  get_time: tool({ inputSchema: toolShapes.get_time, execute: () => Promise.resolve(toolResults.get_time) }),
};

const callsIn = (calls: readonly { readonly toolName: string; readonly input: unknown }[]) =>
  calls.map(({ toolName, input }) => ({ name: toolName, arguments: input }));

describe.each(kinds)('ai with @ai-sdk/openai-compatible over $id', (kind) => {
  it('generateText and streamText say the same, with the same usage', async () => {
    const request = { ...askOf(kind, 'text'), prompt: 'Hello' };
    const whole = await generateText(request);
    expect(whole.text).toBe(goodDay);
    expect(whole.finishReason).toBe('stop');
    expect(whole.usage).toMatchObject(usageOf(kind));
    const streamed = streamText(request);
    const pieces = await readAll(streamed.textStream);
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.join('')).toBe(goodDay);
    expect(await streamed.finishReason).toBe('stop');
    expect(await streamed.usage).toMatchObject(usageOf(kind));
  });

  it('two calls at once are run, and their results come back', async () => {
    const request = { ...askOf(kind, 'tools'), prompt: 'Hello', tools, stopWhen: isStepCount(3) };
    const whole = await generateText(request);
    expect(callsIn(whole.steps[0]?.toolCalls ?? [])).toEqual(callsOfTools);
    expect(whole.steps[0]?.finishReason).toBe('tool-calls');
    expect(whole.text).toBe(toolText);
    const streamed = streamText(request);
    expect(await streamed.text).toBe(toolText);
    expect(callsIn((await streamed.steps)[0]?.toolCalls ?? [])).toEqual(callsOfTools);
  });

  it('structured output is an object, whole and streamed', async () => {
    const schema = z.object({ city: z.string(), celsius: z.number() });
    const weather = { city: 'Bern', celsius: 21 };
    const request = { ...askOf(kind, 'json'), prompt: 'Hello' };
    expect((await generateObject({ ...request, schema })).object).toEqual(weather);
    const output = Output.object({ schema });
    expect((await generateText({ ...request, output })).output).toEqual(weather);
    expect(await streamText({ ...request, output }).output).toEqual(weather);
  });

  it('an image arrives byte by byte', async () => {
    const { text } = await generateText({
      ...askOf(kind, 'image'),
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is it?' },
            { type: 'file', data: Buffer.from(picture, 'base64'), mediaType: 'image/png' },
          ],
        },
      ],
    });
    expect(text).toBe(pictureText);
  });

  it('reasoning is shown apart from the text, the same whole and streamed', async () => {
    const request = { ...askOf(kind, 'reasoning'), prompt: 'Hello', reasoning: 'high' as const };
    const whole = await generateText(request);
    expect({ text: whole.text, reasoning: whole.reasoningText }).toEqual({
      text: 'It is 42.',
      reasoning: thought.text,
    });
    const streamed = streamText(request);
    expect(await streamed.text).toBe('It is 42.');
    expect(await streamed.reasoningText).toBe(thought.text);
  });

  it('embeddings come in the order of the texts', async () => {
    const model = chatd.embeddingModel(`${kind.id}/text`);
    const many = await embedMany({ model, values: ['one', 'three'] });
    expect(many.embeddings).toEqual([
      [3, 0.5, -1],
      [5, 0.5, -1],
    ]);
    expect((await embed({ model, value: 'one' })).embedding).toEqual([3, 0.5, -1]);
    expect(many.usage.tokens).toBe(7);
  });

  it('who leaves a stream closes the upstream within 250 ms', async () => {
    const leaving = new AbortController();
    const { textStream } = streamText({
      ...askOf(kind, 'slow'),
      prompt: 'Hello',
      abortSignal: leaving.signal,
    });
    const texts = textStream[Symbol.asyncIterator]();
    await texts.next();
    const request = await lab.upstreamOf(kind).received();
    expect(await closedAfter(request, () => leaving.abort())).toBeLessThan(250);
  });

  it('who leaves while nothing has come closes the upstream within 250 ms', async () => {
    const leaving = new AbortController();
    const fault = `never-answers@${kind.id}`;
    const model = chatd(`${kind.wall}/${fault}`);
    const call = generateText({ model, prompt: 'Hello', abortSignal: leaving.signal });
    const failure = call.catch((error: unknown) => error);
    expect(await wallClosedAfter(lab.wall, fault, () => leaving.abort())).toBeLessThan(250);
    expect(await failure).toMatchObject({ name: 'AbortError' });
  });

  it.each([
    ['bad-request', 400, 'invalid_value', false],
    ['wrong-key', 502, 'upstream_auth', true],
    ['unknown-model', 404, 'model_not_found', false],
    ['rate-limited', 429, 'rate_limit_exceeded', true],
    ['always-503', 503, 'overloaded', true],
  ])('%s is an APICallError with status %s', async (fault, statusCode, code, isRetryable) => {
    const request = { model: chatd(`${kind.wall}/${fault}@${kind.id}`), prompt: 'Hello', maxRetries: 0 };
    const errors: unknown[] = [await generateText(request).catch((error: unknown) => error)];
    const streamed = streamText({ ...request, onError: ({ error }) => void errors.push(error) });
    await expect(streamed.text).rejects.toBeDefined();
    expect(errors).toHaveLength(2);
    for (const error of errors) {
      expect(error).toBeInstanceOf(APICallError);
      expect(error).toMatchObject({ statusCode, isRetryable, data: { error: { code } } });
    }
  });

  it.each(['cut-in-the-middle', 'reset-in-body', 'ends-in-the-middle', 'no-terminal', 'error-in-the-stream'])(
    'a stream with %s is an error and never an answer',
    async (fault) => {
      const errors: unknown[] = [];
      const streamed = streamText({
        model: chatd(`${kind.wall}/${fault}@${kind.id}`),
        prompt: 'Hello',
        maxRetries: 0,
        onError: ({ error }) => void errors.push(error),
      });
      const parts = await readAll(streamed.stream);
      expect(parts.map(({ type }) => type)).toContain('text-delta');
      expect(parts.map(({ type }) => type)).toContain('error');
      expect(errors).toHaveLength(1);
      const ends = parts.flatMap((part) => (part.type === 'finish' ? [part.finishReason] : []));
      expect(ends.filter((reason) => reason !== 'error')).toEqual([]);
    },
  );
});

it('earlier reasoning goes back with the messages of the answer, whole and streamed', async () => {
  const request = { ...askOf(local, 'reasoning'), reasoning: 'high' as const };
  const messages: ModelMessage[] = [{ role: 'user', content: 'Hello' }];
  const again = async (earlier: readonly ModelMessage[]): Promise<string> => {
    const asked = [...messages, ...earlier, { role: 'user' as const, content: 'Again' }];
    return (await generateText({ ...request, messages: asked })).text;
  };
  const whole = await generateText({ ...request, messages });
  const streamed = streamText({ ...request, messages });
  await streamed.text;
  expect(await again(whole.response.messages)).toBe(`I remember: ${thought.text}`);
  expect(await again((await streamed.response).messages)).toBe(`I remember: ${thought.text}`);
});

it('it asks again what may pass, and nothing else', async () => {
  const ask = async (fault: string): Promise<number> => {
    const model = chatd(`lab-wall/${fault}`);
    await generateText({ model, prompt: 'Hello', maxRetries: 1 }).catch(() => undefined);
    return lab.wall.requests(fault).length;
  };
  const asked = await Promise.all([ask('bad-request@tries'), ask('always-503@tries')]);
  expect(asked).toEqual([1, 2 * ownAttempts]);
});
