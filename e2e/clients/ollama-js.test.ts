import { type ChatResponse, type Message, Ollama } from 'ollama';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callsOfTools, place, thought } from '../support/stand-in/scenario.js';
import {
  type ClientLab,
  countedBy,
  kinds,
  local,
  picture,
  pictureText,
  readAll,
  recalled,
  signing,
  startClientLab,
  toolResults,
  toolSchemas,
  toolText,
} from './support.js';

let lab: ClientLab;
let client: Ollama;
beforeAll(async () => {
  lab = await startClientLab();
  client = new Ollama({ host: lab.url });
});
beforeEach(() => {
  lab.wall.clear();
  for (const kind of kinds) lab.upstreamOf(kind).clear();
});
afterAll(() => lab.close());

type Request = Omit<Parameters<Ollama['chat']>[0], 'stream'>;

/** A stream's lines as the one message that they make, as programs keep it. */
const gather = (lines: readonly ChatResponse[]): ChatResponse => {
  const last = lines.at(-1);
  if (!last) throw new Error('The stream was empty');
  const messages = lines.map(({ message }) => message);
  const thinking = messages.map((message) => message.thinking ?? '').join('');
  const calls = messages.flatMap(({ tool_calls = [] }) => tool_calls);
  return {
    ...last,
    message: {
      ...last.message, // also what is no field of the protocol
      content: messages.map(({ content }) => content).join(''),
      ...(thinking !== '' && { thinking }),
      ...(calls.length > 0 && { tool_calls: calls }),
    },
  };
};

/** The two ways to ask, which have to give the same message. */
const ways = {
  whole: (request: Request): Promise<ChatResponse> => client.chat({ ...request, stream: false }),
  streamed: async (request: Request): Promise<ChatResponse> =>
    gather(await readAll(await client.chat({ ...request, stream: true }))),
};

const hello: Message[] = [{ role: 'user', content: 'Hello' }];
const tools = Object.entries(toolSchemas).map(([name, { type, properties, required }]) => ({
  type: 'function',
  function: { name, description: `Tells ${name}`, parameters: { type, properties, required: [...required] } },
}));
const schema = {
  type: 'object',
  properties: { city: { type: 'string' }, celsius: { type: 'number' } },
  required: ['city', 'celsius'],
};

/** The conversation with a turn as it came, and the results of its calls under the names of their tools. */
const withResults = ({ message }: ChatResponse): Message[] => [
  ...hello,
  message,
  ...(message.tool_calls ?? []).map(({ function: { name } }) => ({
    role: 'tool',
    tool_name: name,
    content: toolResults[name as keyof typeof toolResults],
  })),
];

describe.each(kinds)('ollama-js over $id', (kind) => {
  describe.each(Object.entries(ways))('chat, %s', (_way, ask) => {
    it('gets the text, the name, the reason of the end and the count of tokens', async () => {
      const { input, output } = countedBy(kind);
      const answer = await ask({ model: `${kind.id}/text`, messages: hello });
      expect(answer).toMatchObject({
        model: `${kind.id}/text`,
        message: { role: 'assistant', content: 'Good day, Grüße 👋.' },
        done: true,
        done_reason: 'stop',
        prompt_eval_count: input,
        eval_count: output,
      });
      expect(Date.parse(String(answer.created_at))).toBeGreaterThan(0);
    });

    it('takes two parallel calls and hands both results back', async () => {
      const request = { model: `${kind.id}/tools`, tools };
      const turn = await ask({ ...request, messages: hello });
      expect(turn.message.tool_calls?.map((call) => call.function)).toMatchObject(callsOfTools);
      const answer = await ask({ ...request, messages: withResults(turn) });
      expect(answer.message.content).toBe(toolText);
    });

    it('gets JSON of the schema that it asked for, and of none', async () => {
      for (const format of [schema, 'json']) {
        const answer = await ask({ model: `${kind.id}/json`, messages: hello, format });
        expect(JSON.parse(answer.message.content)).toEqual(place);
      }
    });

    it.each([
      ['in base64', picture],
      ['as bytes', Buffer.from(picture, 'base64')],
    ])('shows an image %s', async (_form, image) => {
      const messages: Message[] = [{ role: 'user', content: 'What is it?', images: [image as string] }];
      const answer = await ask({ model: `${kind.id}/image`, messages });
      expect(answer.message.content).toBe(pictureText);
    });

    it('shows an image in the result of a tool', async () => {
      const call = { function: { name: 'photograph', arguments: {} } };
      const messages: Message[] = [
        ...hello,
        { role: 'assistant', content: '', tool_calls: [call] },
        { role: 'tool', tool_name: 'photograph', content: 'A photo', images: [picture] },
      ];
      expect((await ask({ model: `${kind.id}/image`, messages })).message.content).toBe(pictureText);
    });

    it('shows thinking apart from the text', async () => {
      const answer = await ask({ model: `${kind.id}/reasoning`, messages: hello, think: true });
      expect(answer.message).toMatchObject({ content: 'It is 42.', thinking: thought.text });
    });
  });

  it('a stream comes piece by piece, in lines that all have a text', async () => {
    const lines = await readAll(
      await client.chat({ model: `${kind.id}/text`, messages: hello, stream: true }),
    );
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.every(({ message }) => typeof message.content === 'string')).toBe(true);
    expect(lines.map(({ done }) => done)).toEqual([...lines.slice(1).map(() => false), true]);
  });

  describe('generate', () => {
    it('whole and streamed say the same', async () => {
      const { input, output } = countedBy(kind);
      const request = { model: `${kind.id}/text`, prompt: 'Hello', system: 'Be brief' };
      const whole = await client.generate({ ...request, stream: false });
      const lines = await readAll(await client.generate({ ...request, stream: true }));
      const end = { done: true, done_reason: 'stop', prompt_eval_count: input, eval_count: output };
      expect(whole).toMatchObject({ ...end, response: 'Good day, Grüße 👋.' });
      expect(lines.map(({ response }) => response).join('')).toBe(whole.response);
      expect(lines.at(-1)).toMatchObject(end);
    });

    it('has a format, images and thinking', async () => {
      const json = await client.generate({ model: `${kind.id}/json`, prompt: 'Where?', format: schema });
      expect(JSON.parse(json.response ?? '')).toEqual(place);
      const seen = await client.generate({ model: `${kind.id}/image`, prompt: 'What?', images: [picture] });
      expect(seen.response).toBe(pictureText);
      const thinking = await client.generate({ model: `${kind.id}/reasoning`, prompt: 'Six?', think: true });
      expect(thinking).toMatchObject({ response: 'It is 42.', thinking: thought.text });
    });
  });

  it.each([
    ['loads', '5m', 'load'],
    ['unloads', 0, 'unload'],
  ])(
    'without a prompt or messages it %s the model without asking it',
    async (_does, keep_alive, done_reason) => {
      const model = `${kind.id}/text`;
      const end = { done: true, done_reason };
      expect(await client.generate({ model, prompt: '', keep_alive })).toMatchObject({
        ...end,
        response: '',
      });
      expect(await client.chat({ model, messages: [], keep_alive })).toMatchObject({
        ...end,
        message: { role: 'assistant', content: '' },
      });
      expect(lab.upstreamOf(kind).requests).toHaveLength(0);
    },
  );

  it('embed gives one vector for each text, embeddings the one of its prompt', async () => {
    const model = `${kind.id}/text`;
    const answer = await client.embed({ model, input: ['one', 'three'] });
    expect(answer).toMatchObject({ model, prompt_eval_count: 7 });
    expect(answer.embeddings).toEqual([
      [3, 0.5, -1],
      [5, 0.5, -1],
    ]);
    expect((await client.embed({ model, input: 'one' })).embeddings).toEqual([[3, 0.5, -1]]);
    expect(await client.embeddings({ model, prompt: 'one' })).toEqual({ embedding: [3, 0.5, -1] });
  });

  it('every name in the list can be shown, pulled and asked, also with :latest', async () => {
    const { models } = await client.list();
    const listed = models.find(({ name }) => name === `${kind.id}/text`);
    expect(listed).toMatchObject({
      model: `${kind.id}/text`,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    for (const model of [`${kind.id}/text`, `${kind.id}/text:latest`]) {
      const shown = await client.show({ model });
      expect(shown.capabilities).toContain('completion');
      expect(await client.pull({ model, stream: false })).toEqual({ status: 'success' });
      expect(await readAll(await client.pull({ model, stream: true }))).toEqual([{ status: 'success' }]);
      const answer = await client.chat({ model, messages: hello });
      expect(answer).toMatchObject({ model, message: { content: 'Good day, Grüße 👋.' } });
    }
  });
});

describe.each([...kinds, signing])(
  'thinking goes back with a message that is kept as it came over $id',
  ({ id }) => {
    it.each(Object.entries(ways))('%s', async (_way, ask) => {
      const request = { model: `${id}/reasoning`, think: true, tools };
      const turn = await ask({ ...request, messages: hello });
      expect(turn.message.thinking).toBe(thought.text);
      const answer = await ask({ ...request, messages: withResults(turn) });
      expect(answer.message.content).toBe(recalled[id]);
    });
  },
);

it('tells a version of the protocol that clients compare, and that no model runs here', async () => {
  const { version } = await client.version();
  expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  expect(await client.ps()).toEqual({ models: [] });
});

it.each([true, false, 'low', 'medium', 'high'] as const)(
  'think %j reaches an upstream of the same protocol',
  async (think) => {
    await client.chat({ model: 'local/reasoning', messages: [...hello], think });
    expect(lab.lastRequest(local).json).toMatchObject({ think });
  },
);
