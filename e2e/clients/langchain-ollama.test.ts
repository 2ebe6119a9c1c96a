import { type AIMessageChunk, HumanMessage, ToolMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOllama, OllamaEmbeddings } from '@langchain/ollama';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { callsOfTools, place, thought } from '../support/stand-in/scenario.js';
import {
  type ClientLab,
  closedAfter,
  countedBy,
  kinds,
  ownAttempts,
  picture,
  pictureText,
  readAll,
  startClientLab,
  toolResults,
  toolShapes,
  toolText,
} from './support.js';

let lab: ClientLab;
let modelOf: (model: string, more?: ConstructorParameters<typeof ChatOllama>[0]) => ChatOllama;
beforeAll(async () => {
  lab = await startClientLab();
  modelOf = (model, more) => new ChatOllama({ baseUrl: lab.url, model, ...(more as object) });
});
beforeEach(() => {
  lab.wall.clear();
  for (const kind of kinds) lab.upstreamOf(kind).clear();
});
afterAll(() => lab.close());

type Runnable = Pick<ChatOllama, 'invoke' | 'stream'>;
type Input = Parameters<ChatOllama['invoke']>[0];

/** The two ways to ask, which have to give the same message. */
const ways = {
  invoke: (model: Runnable, input: Input): Promise<AIMessageChunk> => model.invoke(input),
  stream: async (model: Runnable, input: Input): Promise<AIMessageChunk> => {
    const chunks = await readAll(await model.stream(input));
    return chunks.reduce((whole, chunk) => whole.concat(chunk));
  },
};

const tools = [
  tool(() => toolResults.get_weather, { name: 'get_weather', schema: toolShapes.get_weather }),
  tool(() => toolResults.get_time, { name: 'get_time', schema: toolShapes.get_time }),
];

const schema = z.object({ city: z.string(), celsius: z.number() });

describe.each(kinds)('LangChain, as a client of Ollama, over $id', (kind) => {
  describe.each(Object.entries(ways))('%s', (_way, ask) => {
    it('gets the text and the count of tokens', async () => {
      const { input, output, total } = countedBy(kind);
      const message = await ask(modelOf(`${kind.id}/text`), 'Hello');
      expect(message.text).toBe('Good day, Grüße 👋.');
      expect(message.usage_metadata).toMatchObject({
        input_tokens: input,
        output_tokens: output,
        total_tokens: total,
      });
      expect(message.response_metadata).toMatchObject({ model: `${kind.id}/text`, done_reason: 'stop' });
    });

    it('takes two parallel calls and hands both results back', async () => {
      const model = modelOf(`${kind.id}/tools`).bindTools(tools) as Runnable;
      const turn = await ask(model, 'Hello');
      const calls = turn.tool_calls ?? [];
      expect(calls.map(({ name, args }) => ({ name, arguments: args }))).toEqual(callsOfTools);
      expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
      const results = calls.map(
        ({ id = '', name }) =>
          new ToolMessage({ tool_call_id: id, content: toolResults[name as keyof typeof toolResults] }),
      );
      const answer = await ask(model, [new HumanMessage('Hello'), turn, ...results]);
      expect(answer.text).toBe(toolText);
    });

    it('shows an image', async () => {
      const url = `data:image/png;base64,${picture}`;
      const message = new HumanMessage({
        content: [
          { type: 'text', text: 'What is it?' },
          { type: 'image_url', image_url: { url } },
        ],
      });
      expect((await ask(modelOf(`${kind.id}/image`), [message])).text).toBe(pictureText);
    });

    it('shows thinking apart from the text', async () => {
      const message = await ask(modelOf(`${kind.id}/reasoning`, { think: true }), 'Six times seven?');
      expect(message.text).toBe('It is 42.');
      expect(message.additional_kwargs.reasoning_content).toBe(thought.text);
      // This client keeps no thinking in the history that it sends.
      const history = [new HumanMessage('Six times seven?'), message, new HumanMessage('Again')];
      const again = await ask(modelOf(`${kind.id}/reasoning`, { think: true }), history);
      expect(again.text).toBe('It is 42.');
    });
  });

  it.each(['jsonSchema', 'jsonMode', 'functionCalling'] as const)(
    'withStructuredOutput: %s',
    async (method) => {
      const model = modelOf(`${kind.id}/json`).withStructuredOutput(schema, { method });
      expect(await model.invoke('Where?')).toEqual(place);
    },
  );

  it('embeds documents and queries', async () => {
    const embeddings = new OllamaEmbeddings({ baseUrl: lab.url, model: `${kind.id}/text` });
    expect(await embeddings.embedDocuments(['one', 'three'])).toEqual([
      [3, 0.5, -1],
      [5, 0.5, -1],
    ]);
    expect(await embeddings.embedQuery('one')).toEqual([3, 0.5, -1]);
  });

  it('finds the model, and pulls it where it is told to', async () => {
    const model = modelOf(`${kind.id}/text`, { checkOrPullModel: true });
    expect((await model.invoke('Hello')).text).toBe('Good day, Grüße 👋.');
    await expect(model.pull(`${kind.id}/text`)).resolves.toBeUndefined();
  });

  it('leaves a stream, and the upstream is closed within 250 ms', async () => {
    const caller = new AbortController();
    const stream = await modelOf(`${kind.id}/slow`).stream('Hello', { signal: caller.signal });
    const read = async (): Promise<void> => {
      for await (const _chunk of stream) {
        const [asked] = lab.upstreamOf(kind).requests;
        if (!asked || caller.signal.aborted) continue;
        expect(await closedAfter(asked, () => caller.abort())).toBeLessThan(250);
      }
    };
    await expect(read()).rejects.toThrow(/abort/i);
  });

  it.each([
    ['bad-request', 400, 1],
    ['wrong-key', 502, 1],
    ['unknown-model', 404, 1],
    ['rate-limited', 429, ownAttempts],
    ['always-503', 503, ownAttempts],
  ] as const)('%s raises an error with status %i', async (fault, status_code, asked) => {
    for (const [way, ask] of Object.entries(ways)) {
      const model = `${fault}@${kind.id}-${way}`;
      await expect(ask(modelOf(`${kind.wall}/${model}`), 'Hello')).rejects.toMatchObject({
        name: 'ResponseError',
        status_code,
      });
      expect(lab.wall.requests(model)).toHaveLength(asked);
    }
  });

  it.each(['cut-in-the-middle', 'ends-in-the-middle'])('%s raises an error', async (fault) => {
    for (const ask of Object.values(ways)) {
      await expect(ask(modelOf(`${kind.wall}/${fault}`), 'Hello')).rejects.toThrow(/./);
    }
  });
});
