import Anthropic from '@anthropic-ai/sdk';
import { betaZodTool } from '@anthropic-ai/sdk/helpers/beta/zod';
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { callsOfTools, thought } from '../support/stand-in/scenario.js';
import {
  type ClientLab,
  countedBy,
  type Kind,
  kinds,
  picture,
  recalled,
  signing,
  startClientLab,
  toolResults,
  toolSchemas,
  toolShapes,
  toolText,
} from './support.js';

type Message = Anthropic.Message;
type Request = Anthropic.MessageCreateParamsNonStreaming;

let lab: ClientLab;
let client: Anthropic;
beforeAll(async () => {
  lab = await startClientLab();
  client = new Anthropic({ baseURL: lab.url, apiKey: 'any' });
});
afterAll(() => lab.close());

const user = (content: Anthropic.MessageParam['content']): Anthropic.MessageParam => ({
  role: 'user',
  content,
});
const request = (model: string, more: Partial<Request> = {}): Request => ({
  model,
  max_tokens: 1024,
  messages: [user('Hello')],
  ...more,
});

/** The three ways to ask, which have to give the same message. */
const ways = {
  whole: (params: Request): Promise<Message> => client.messages.create(params),
  streamed: (params: Request): Promise<Message> => client.messages.stream(params).finalMessage(),
  beta: async (params: Request): Promise<Message> => (await client.beta.messages.create(params)) as Message,
};

const textOf = ({ content }: Message): string =>
  content.map((block) => (block.type === 'text' ? block.text : '')).join('');

const callsIn = ({ content }: Message) => content.filter((block) => block.type === 'tool_use');

/** The conversation with a turn as it came, and the results of its calls. */
const withResults = ({ messages }: Request, turn: Message): Anthropic.MessageParam[] => [
  ...messages,
  { role: 'assistant', content: turn.content },
  user(
    callsIn(turn).map(({ id, name }) => ({
      type: 'tool_result',
      tool_use_id: id,
      content: toolResults[name as keyof typeof toolResults],
    })),
  ),
];

/** Input is counted without what was cached, output with the thinking. */
const usageOf = (kind: Kind) => {
  const { input, output, cached = 0, reasoning } = countedBy(kind);
  return {
    input_tokens: input - cached,
    output_tokens: output,
    cache_read_input_tokens: cached || null,
    ...(reasoning !== undefined && { output_tokens_details: { thinking_tokens: reasoning } }),
  };
};

const tools = Object.entries(toolSchemas).map(
  ([name, { properties, required }]): Anthropic.Tool => ({
    name,
    input_schema: { type: 'object', properties, required: [...required] },
  }),
);

const image: Anthropic.ImageBlockParam = {
  type: 'image',
  source: { type: 'base64', media_type: 'image/png', data: picture },
};
const size = Buffer.from(picture, 'base64').length;

const place = zodOutputFormat(z.object({ city: z.string(), celsius: z.number() }));
const thinking = { type: 'enabled', budget_tokens: 1024 } as const;

describe.each(kinds)('the Anthropic SDK over $id', (kind) => {
  describe.each(Object.entries(ways))('%s', (_way, ask) => {
    it('gets the text, the name, the stop reason and the count of tokens', async () => {
      const message = await ask(request(`${kind.id}/text`));
      expect(message).toMatchObject({
        type: 'message',
        role: 'assistant',
        content: [{ type: 'text', text: 'Good day, Grüße 👋.' }],
        stop_reason: 'end_turn',
        usage: usageOf(kind),
      });
      expect(message.id).toMatch(/^msg_/);
    });

    it('takes two parallel calls and hands both results back', async () => {
      const asked = request(`${kind.id}/tools`, { tools });
      const turn = await ask(asked);
      expect(turn.stop_reason).toBe('tool_use');
      const calls = callsIn(turn);
      expect(calls.map(({ name, input }) => ({ name, arguments: input }))).toEqual(callsOfTools);
      expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
      const answer = await ask({ ...asked, messages: withResults(asked, turn) });
      expect(textOf(answer)).toBe(toolText);
    });

    it('gets JSON of the schema that it asked for', async () => {
      const message = await ask(request(`${kind.id}/json`, { output_config: { format: place } }));
      expect(JSON.parse(textOf(message))).toEqual({ city: 'Bern', celsius: 21 });
      expect(lab.lastRequest(kind).text).toContain('celsius');
    });

    it('shows an image, in a message and in the result of a tool', async () => {
      const result: Anthropic.ToolResultBlockParam = {
        type: 'tool_result',
        tool_use_id: 'toolu_1',
        content: [{ type: 'text', text: 'A photo' }, image],
      };
      const call = { type: 'tool_use', id: 'toolu_1', name: 'photograph', input: {} } as const;
      const seen = await ask(
        request(`${kind.id}/image`, { messages: [user([image, { type: 'text', text: 'What is it?' }])] }),
      );
      expect(textOf(seen)).toBe(`I see 1 image of ${size} bytes.`);
      const both = await ask(
        request(`${kind.id}/image`, {
          messages: [user([image]), { role: 'assistant', content: [call] }, user([result])],
        }),
      );
      expect(textOf(both)).toBe(`I see 2 image of ${size}, ${size} bytes.`);
    });

    it('shows reasoning where thinking is enabled, and nowhere else', async () => {
      const message = await ask(request(`${kind.id}/reasoning`, { thinking, max_tokens: 2048 }));
      expect(message.content).toMatchObject([
        { type: 'thinking', thinking: thought.text, signature: expect.stringMatching(/./) },
        { type: 'text', text: 'It is 42.' },
      ]);
      const silent = await ask(request(`${kind.id}/reasoning`));
      expect(silent.content).toMatchObject([{ type: 'text', text: 'It is 42.' }]);
    });
  });

  it('parses structured output by a zod schema', async () => {
    const message = await client.messages.parse({
      ...request(`${kind.id}/json`),
      output_config: { format: place },
    });
    expect(message.parsed_output).toEqual({ city: 'Bern', celsius: 21 });
  });

  it.each([true, false])(
    'the tool runner calls both tools and says what they said; streamed: %s',
    async (stream) => {
      const runner = client.beta.messages.toolRunner({
        ...request(`${kind.id}/tools`),
        stream,
        tools: Object.entries(toolShapes).map(([name, inputSchema]) =>
          betaZodTool({
            name,
            description: `Does ${name}`,
            inputSchema,
            run: () => toolResults[name as keyof typeof toolResults],
          }),
        ),
      });
      expect(textOf((await runner.runUntilDone()) as Message)).toBe(toolText);
      // By itself the runner sends only what is new, for a server that keeps conversations.
      expect(lab.lastRequest(kind).text).toContain('Hello');
    },
  );

  it('streams piece by piece', async () => {
    const pieces: string[] = [];
    const stream = client.messages
      .stream(request(`${kind.id}/text`))
      .on('text', (piece) => pieces.push(piece));
    await stream.done();
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.join('')).toBe('Good day, Grüße 👋.');
  });

  it('finds the model in the list, and by its name', async () => {
    const ids: string[] = [];
    for await (const { id } of client.models.list()) ids.push(id);
    expect(ids).toContain(`${kind.id}/text`);
    expect(await client.models.retrieve(`${kind.id}/text`)).toMatchObject({
      type: 'model',
      id: `${kind.id}/text`,
    });
  });
});

describe.each([...kinds, signing])('thinking goes back with the calls over $id', ({ id }) => {
  it.each(Object.entries(ways))('%s', async (_way, ask) => {
    const asked = request(`${id}/reasoning`, { thinking, max_tokens: 2048, tools });
    const turn = await ask(asked);
    expect(turn.content[0]).toMatchObject({ type: 'thinking', thinking: thought.text });
    const answer = await ask({ ...asked, messages: withResults(asked, turn) });
    expect(textOf(answer)).toBe(recalled[id]);
  });
});

it.each(Object.entries(ways))(
  'thinking goes back with a text, for an upstream that takes it: %s',
  async (_way, ask) => {
    const asked = request('local/reasoning', { thinking, max_tokens: 2048 });
    const { content } = await ask(asked);
    const messages = [...asked.messages, { role: 'assistant', content } as const, user('Again')];
    expect(textOf(await ask({ ...asked, messages }))).toBe(recalled.local);
  },
);
