import OpenAI from 'openai';
import { ResponsesToolRunner } from 'openai/helpers/responses-tool-runner';
import { zodTextFormat } from 'openai/helpers/zod';
import type { Response, ResponseInputItem } from 'openai/resources/responses/responses';
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
  picture,
  pictureText,
  readAll,
  signing,
  startClientLab,
  toolResults,
  toolSchemas,
  toolText,
  wallClosedAfter,
} from './support.js';

let lab: ClientLab;
let client: OpenAI;

beforeAll(async () => {
  lab = await startClientLab();
  client = new OpenAI({ baseURL: `${lab.url}/v1`, apiKey: 'any', maxRetries: 0 });
});
beforeEach(() => {
  for (const kind of kinds) lab.upstreamOf(kind).clear();
});
afterAll(() => lab.close());

const input = 'Hello';
const goodDay = 'Good day, Grüße 👋.';

/** The protocol wants the numbers that an upstream may not tell: they are 0 then. */
const toUsage = (kind: Kind) => {
  const { input: given, output, total, cached = 0, reasoning = 0 } = countedBy(kind);
  return {
    input_tokens: given,
    input_tokens_details: { cached_tokens: cached },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: total,
  };
};

const tools = Object.entries(toolSchemas).map(([name, parameters]) => ({
  type: 'function' as const,
  name,
  parameters,
  strict: false,
}));

const resultOf = (name: string): string => toolResults[name as keyof typeof toolResults];

const callsOf = ({ output }: Pick<Response, 'output'>) =>
  output.flatMap((item) => (item.type === 'function_call' ? [item] : []));

/** What was said, its items, and the results of its calls, as a client without a memory of its server sends them. */
const withResults = (response: Response): ResponseInputItem[] => [
  { role: 'user', content: input },
  ...(response.output as ResponseInputItem[]),
  ...callsOf(response).map(({ call_id, name }) => ({
    type: 'function_call_output' as const,
    call_id,
    output: resultOf(name),
  })),
];

const expectCalls = (response: Response): void => {
  const calls = callsOf(response);
  expect(calls.map(({ name, arguments: given }) => ({ name, arguments: JSON.parse(given) }))).toEqual(
    callsOfTools,
  );
  expect(new Set(calls.map(({ call_id }) => call_id)).size).toBe(2);
};

describe.each(kinds)('responses of openai over $id', (kind) => {
  it('a whole answer', async () => {
    const response = await client.responses.create({ model: `${kind.id}/text`, input });
    expect(response).toMatchObject({ object: 'response', status: 'completed', error: null, model: 'text' });
    expect(response.output_text).toBe(goodDay);
    expect(response.usage).toEqual(toUsage(kind));
  });

  it('a streamed answer says the same, with the same usage', async () => {
    const stream = await client.responses.create({ model: `${kind.id}/text`, input, stream: true });
    const events = await readAll(stream);
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual([...events.keys()]);
    const deltas = events.flatMap((event) =>
      event.type === 'response.output_text.delta' ? [event.delta] : [],
    );
    expect(deltas.length).toBeGreaterThan(1);
    expect(deltas.join('')).toBe(goodDay);
    const last = events.at(-1);
    expect(last?.type).toBe('response.completed');
    expect(last).toMatchObject({ response: { status: 'completed', usage: toUsage(kind) } });
  });

  it('two calls at once go out and their results come back', async () => {
    const request = { model: `${kind.id}/tools`, tools, store: false };
    const first = await client.responses.create({ ...request, input });
    expectCalls(first);
    const second = await client.responses.create({ ...request, input: withResults(first) });
    expect(second.output_text).toBe(toolText);
  });

  it('the helper .stream() gathers two calls, and hands them back', async () => {
    const request = { model: `${kind.id}/tools`, tools, store: false };
    const first = await client.responses.stream({ ...request, input }).finalResponse();
    expectCalls(first);
    expect(first.usage).toEqual(toUsage(kind));
    const second = client.responses.stream({ ...request, input: withResults(first) });
    expect((await second.finalResponse()).output_text).toBe(toolText);
  });

  it.each([
    ['whole', {}],
    ['streamed', { stream: true }],
    ['streamed and eager', { stream: true, eager: true }],
  ])('the tool runner runs both tools, %s', async (_, options) => {
    const given: unknown[] = [];
    const functions = tools.map((tool) => ({
      tool,
      execute: (value: Record<string, unknown>) => {
        given.push({ name: tool.name, arguments: value });
        return resultOf(tool.name);
      },
    }));
    const runner = new ResponsesToolRunner({ functions });
    const request = { model: `${kind.id}/tools`, input: [{ role: 'user' as const, content: input }] };
    const response = await runner.run(client, { ...request, store: false }, options);
    expect(response.output_text).toBe(toolText);
    expect(given).toEqual(callsOfTools);
  });

  it('structured output is parsed, whole and streamed', async () => {
    const format = zodTextFormat(z.object({ city: z.string(), celsius: z.number() }), 'weather');
    const request = { model: `${kind.id}/json`, input, text: { format } };
    const whole = await client.responses.parse(request);
    expect(whole.output_parsed).toEqual({ city: 'Bern', celsius: 21 });
    const streamed = await client.responses.stream(request).finalResponse();
    expect(streamed.output_parsed).toEqual({ city: 'Bern', celsius: 21 });
  });

  it('an image arrives byte by byte', async () => {
    const response = await client.responses.create({
      model: `${kind.id}/image`,
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'What is it?' },
            { type: 'input_image', image_url: `data:image/png;base64,${picture}`, detail: 'auto' },
          ],
        },
      ],
    });
    expect(response.output_text).toBe(pictureText);
  });

  it('reasoning is an item before the text, the same whole and streamed', async () => {
    const request = { model: `${kind.id}/reasoning`, input, reasoning: { effort: 'high' as const } };
    const whole = await client.responses.create(request);
    const streamed = await client.responses.stream(request).finalResponse();
    for (const { output, output_text } of [whole, streamed]) {
      expect(output.slice(0, 2)).toMatchObject([
        { type: 'reasoning', summary: [{ type: 'summary_text', text: thought.text }] },
        { type: 'message' },
      ]);
      expect(output_text).toBe('It is 42.');
    }
  });

  it('who leaves a stream closes the upstream within 250 ms', async () => {
    const stream = await client.responses.create({ model: `${kind.id}/slow`, input, stream: true });
    const events = stream[Symbol.asyncIterator]();
    await events.next();
    const request = await lab.upstreamOf(kind).received();
    expect(await closedAfter(request, () => void events.return?.())).toBeLessThan(250);
  });

  it('who leaves while nothing has come closes the upstream within 250 ms', async () => {
    const leaving = new AbortController();
    const fault = `never-answers@${kind.id}`;
    const call = client.responses.create(
      { model: `${kind.wall}/${fault}`, input },
      { signal: leaving.signal },
    );
    const failure = call.catch((error: unknown) => error);
    expect(await wallClosedAfter(lab.wall, fault, () => leaving.abort())).toBeLessThan(250);
    expect(await failure).toBeInstanceOf(OpenAI.APIUserAbortError);
  });
});

describe('earlier reasoning', () => {
  const askAgain = (response: Response): ResponseInputItem[] => [
    ...withResults(response),
    { role: 'user', content: 'Again' },
  ];
  const requestTo = ({ id }: Kind) => ({
    model: `${id}/reasoning`,
    reasoning: { effort: 'high' as const },
    store: false,
    include: ['reasoning.encrypted_content' as const],
  });

  it.each([
    [signing, `I remember: ${thought.text} (${thought.signature})`],
    [local, `I remember: ${thought.text}`],
  ])('goes back with the items of a whole and a streamed answer over $id', async (kind, remembered) => {
    const request = requestTo(kind);
    const whole = await client.responses.create({ ...request, input });
    const streamed = await client.responses.stream({ ...request, input }).finalResponse();
    for (const response of [whole, streamed]) {
      const second = await client.responses.create({ ...request, input: askAgain(response) });
      expect(second.output_text).toBe(remembered);
    }
  });
});

it('an earlier answer cannot be named: the refusal says what to send', async () => {
  const call = client.responses.create({ model: 'lab/text', input, previous_response_id: 'resp_1' });
  await expect(call).rejects.toBeInstanceOf(OpenAI.BadRequestError);
  await expect(call).rejects.toMatchObject({ param: 'previous_response_id' });
});
