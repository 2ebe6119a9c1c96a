import {
  type AIMessage,
  type AIMessageChunk,
  type BaseMessage,
  HumanMessage,
  ToolMessage,
} from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { APIError, BadRequestError, InternalServerError, NotFoundError, RateLimitError } from 'openai';
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
  signing,
  startClientLab,
  toolResults,
  toolShapes,
  toolText,
  wallClosedAfter,
} from './support.js';

let lab: ClientLab;

beforeAll(async () => {
  lab = await startClientLab();
});
beforeEach(() => {
  for (const kind of kinds) lab.upstreamOf(kind).clear();
});
afterAll(() => lab.close());

const goodDay = 'Good day, Grüße 👋.';

const modelOf = (model: string, useResponsesApi: boolean, more: object = {}): ChatOpenAI =>
  new ChatOpenAI({
    model,
    apiKey: 'any',
    maxRetries: 0,
    useResponsesApi,
    configuration: { baseURL: `${lab.url}/v1` },
    ...more,
  });

const usageOf = (kind: Kind) => {
  const { input, output, total, cached, reasoning } = countedBy(kind);
  return {
    input_tokens: input,
    output_tokens: output,
    total_tokens: total,
    ...(cached !== undefined && { input_token_details: { cache_read: cached } }),
    ...(reasoning !== undefined && { output_token_details: { reasoning } }),
  };
};

const tools = [
  tool(() => toolResults.get_weather, { name: 'get_weather', schema: toolShapes.get_weather }),
  tool(() => toolResults.get_time, { name: 'get_time', schema: toolShapes.get_time }),
];

const gather = async (stream: AsyncIterable<AIMessageChunk>): Promise<AIMessageChunk> =>
  (await readAll(stream)).reduce((all, chunk) => all.concat(chunk));

const hello = new HumanMessage('Hello');

const withResults = (answer: AIMessage | AIMessageChunk): BaseMessage[] => {
  const calls = answer.tool_calls ?? [];
  expect(calls.map(({ name, args }) => ({ name, arguments: args }))).toEqual(callsOfTools);
  expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
  return calls.map(
    ({ id = '', name }) =>
      new ToolMessage({ tool_call_id: id, content: toolResults[name as keyof typeof toolResults] }),
  );
};

const protocols = [
  { protocol: 'chat completions', responses: false },
  { protocol: 'responses', responses: true },
];
const everywhere = kinds.flatMap((kind) => protocols.map((row) => ({ ...row, kind, id: kind.id })));

describe.each(everywhere)('@langchain/openai by $protocol over $id', ({ kind, responses }) => {
  it('invoke and stream say the same, with the same usage', async () => {
    const model = modelOf(`${kind.id}/text`, responses);
    const whole = await model.invoke([hello]);
    const chunks = await readAll(await model.stream([hello]));
    expect(chunks.length).toBeGreaterThan(2);
    const streamed = chunks.reduce((all, chunk) => all.concat(chunk));
    for (const { text, usage_metadata } of [whole, streamed]) {
      expect(text).toBe(goodDay);
      expect(usage_metadata).toMatchObject(usageOf(kind));
    }
  });

  it('two calls at once go out and their results come back, whole and streamed', async () => {
    const model = modelOf(`${kind.id}/tools`, responses).bindTools(tools);
    for (const answer of [await model.invoke([hello]), await gather(await model.stream([hello]))]) {
      const second = await model.invoke([hello, answer, ...withResults(answer)]);
      expect(second.text).toBe(toolText);
    }
  });

  it('structured output is an object', async () => {
    const schema = z.object({ city: z.string(), celsius: z.number() });
    const model = modelOf(`${kind.id}/json`, responses);
    const bySchema = model.withStructuredOutput(schema, { method: 'jsonSchema' });
    expect(await bySchema.invoke([hello])).toEqual({ city: 'Bern', celsius: 21 });
    const byMode = model.withStructuredOutput(schema, { method: 'jsonMode' });
    expect(await byMode.invoke([hello])).toEqual({ city: 'Bern', celsius: 21 });
  });

  it('an image arrives byte by byte', async () => {
    const url = `data:image/png;base64,${picture}`;
    const question = new HumanMessage({
      content: [
        { type: 'text', text: 'What is it?' },
        { type: 'image_url', image_url: { url } },
      ],
    });
    expect((await modelOf(`${kind.id}/image`, responses).invoke([question])).text).toBe(pictureText);
  });

  it('who leaves a stream closes the upstream within 250 ms', async () => {
    const leaving = new AbortController();
    const stream = await modelOf(`${kind.id}/slow`, responses).stream([hello], { signal: leaving.signal });
    await stream.next();
    const request = await lab.upstreamOf(kind).received();
    expect(await closedAfter(request, () => leaving.abort())).toBeLessThan(250);
  });

  it('who leaves while nothing has come closes the upstream within 250 ms', async () => {
    const leaving = new AbortController();
    const fault = `never-answers@${kind.id}-${responses}`;
    const call = modelOf(`${kind.wall}/${fault}`, responses).invoke([hello], { signal: leaving.signal });
    const failure = call.catch((error: unknown) => error);
    expect(await wallClosedAfter(lab.wall, fault, () => leaving.abort())).toBeLessThan(250);
    expect(await failure).toBeInstanceOf(Error);
  });

  it.each([
    ['bad-request', BadRequestError, 400],
    ['wrong-key', InternalServerError, 502],
    ['unknown-model', NotFoundError, 404],
    ['rate-limited', RateLimitError, 429],
    ['always-503', InternalServerError, 503],
  ])('%s is its exception, whole and streamed', async (fault, error, status) => {
    const model = modelOf(`${kind.wall}/${fault}@${kind.id}`, responses);
    const calls = [model.invoke([hello]), model.stream([hello]).then(readAll)];
    for (const failure of await Promise.all(calls.map((call) => call.catch((thrown: unknown) => thrown)))) {
      expect(failure).toBeInstanceOf(error);
      expect(failure).toMatchObject({ status });
    }
  });

  it.each(['cut-in-the-middle', 'reset-in-body', 'ends-in-the-middle', 'no-terminal', 'error-in-the-stream'])(
    'a stream with %s is an error and never an answer',
    async (fault) => {
      const stream = await modelOf(`${kind.wall}/${fault}@${kind.id}`, responses).stream([hello]);
      let text = '';
      const read = async (): Promise<void> => {
        for await (const chunk of stream) text += chunk.text;
      };
      await expect(read()).rejects.toBeInstanceOf(APIError);
      expect(text).toMatch(/^Answer \d of /);
    },
  );
});

describe('reasoning', () => {
  // It keeps `reasoning` back from models whose names it does not know.
  const kwargs = { modelKwargs: { reasoning: { effort: 'high' } } };

  it.each(kinds)('is shown by chat completions over $id', async ({ id }) => {
    const model = modelOf(`${id}/reasoning`, false, { modelKwargs: { reasoning_effort: 'high' } });
    for (const answer of [await model.invoke([hello]), await gather(await model.stream([hello]))]) {
      expect(answer.text).toBe('It is 42.');
      expect(answer.additional_kwargs).toMatchObject({ reasoning_content: thought.text });
    }
  });

  it.each([
    [local, `I remember: ${thought.text}`],
    [signing, `I remember: ${thought.text} (${thought.signature})`],
  ])('goes back by responses over $id, whole and streamed', async ({ id }, remembered) => {
    for (const zdrEnabled of [true, false]) {
      const model = modelOf(`${id}/reasoning`, true, { ...kwargs, zdrEnabled });
      for (const answer of [await model.invoke([hello]), await gather(await model.stream([hello]))]) {
        expect(answer.text).toBe('It is 42.');
        const second = await model.invoke([hello, answer, new HumanMessage('Again')]);
        expect(second.text).toBe(remembered);
      }
    }
  });
});

it.each(kinds)('embeddings over $id come in the order of the texts', async ({ id }) => {
  const embeddings = new OpenAIEmbeddings({
    model: `${id}/text`,
    apiKey: 'any',
    maxRetries: 0,
    configuration: { baseURL: `${lab.url}/v1` },
  });
  expect(await embeddings.embedDocuments(['one', 'three'])).toEqual([
    [3, 0.5, -1],
    [5, 0.5, -1],
  ]);
  expect(await embeddings.embedQuery('one')).toEqual([3, 0.5, -1]);
});

it('it asks again what may pass, and nothing else', async () => {
  const ask = async (fault: string): Promise<number> => {
    await modelOf(`lab-wall/${fault}`, false, { maxRetries: 1 })
      .invoke([hello])
      .catch(() => undefined);
    return lab.wall.requests(fault).length;
  };
  const asked = await Promise.all([ask('bad-request@tries'), ask('quota@tries'), ask('always-503@tries')]);
  expect(asked).toEqual([1, 1, 2 * ownAttempts]);
});
