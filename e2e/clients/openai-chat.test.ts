import OpenAI from 'openai';
import { zodFunction, zodResponseFormat } from 'openai/helpers/zod';
import type {
  ChatCompletionAssistantMessageParam,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';
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
  toolShapes,
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

const hello: ChatCompletionMessageParam[] = [{ role: 'user', content: 'Hello' }];
const goodDay = 'Good day, Grüße 👋.';

const toUsage = (kind: Kind) => {
  const { input, output, total, cached, reasoning } = countedBy(kind);
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: total,
    ...(cached !== undefined && { prompt_tokens_details: { cached_tokens: cached } }),
    ...(reasoning !== undefined && { completion_tokens_details: { reasoning_tokens: reasoning } }),
  };
};

const tools = Object.entries(toolSchemas).map(([name, parameters]) => ({
  type: 'function' as const,
  function: { name, parameters },
}));

const resultOf = (name: string): string => toolResults[name as keyof typeof toolResults];

/** The calls of an answer, once they are known to be right. */
const checkedCalls = (message: { readonly tool_calls?: unknown }) => {
  const calls = message.tool_calls as {
    id: string;
    type: string;
    function: { name: string; arguments: string };
  }[];
  expect(calls.map(({ type, function: call }) => [type, call.name, JSON.parse(call.arguments)])).toEqual(
    callsOfTools.map(({ name, arguments: given }) => ['function', name, given]),
  );
  expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
  return calls;
};

const withResults = (message: ChatCompletionAssistantMessageParam): ChatCompletionMessageParam[] => [
  ...hello,
  message,
  ...checkedCalls(message).map(({ id, function: { name } }) => ({
    role: 'tool' as const,
    tool_call_id: id,
    content: resultOf(name),
  })),
];

/** What a tool says when it is run, with the arguments that it got. */
const ran = (name: string, given: unknown): string => `${resultOf(name)} for ${JSON.stringify(given)}`;
const runnable = Object.entries(toolShapes).map(([name, parameters]) =>
  zodFunction({ name, parameters, function: (given) => ran(name, given) }),
);
const runText = `It says: ${callsOfTools.map(({ name, arguments: given }) => ran(name, given)).join(' and ')}.`;

describe.each(kinds)('chat completions of openai over $id', (kind) => {
  it('a whole answer', async () => {
    const answer = await client.chat.completions.create({ model: `${kind.id}/text`, messages: hello });
    expect(answer).toMatchObject({
      object: 'chat.completion',
      model: 'text',
      choices: [
        { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: goodDay, refusal: null } },
      ],
    });
    expect(answer.usage).toEqual(toUsage(kind));
    expect(answer._request_id).toMatch(/./);
  });

  it('a streamed answer says the same, with the same usage in one chunk without choices', async () => {
    const stream = await client.chat.completions.create({
      model: `${kind.id}/text`,
      messages: hello,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await readAll(stream);
    expect(chunks.map(({ choices: [choice] }) => choice?.delta.content ?? '').join('')).toBe(goodDay);
    expect(new Set(chunks.map(({ id, created, model }) => [id, created, model].join(' '))).size).toBe(1);
    expect(chunks.flatMap(({ choices: [choice] }) => choice?.finish_reason ?? [])).toEqual(['stop']);
    expect(chunks.flatMap(({ usage }) => usage ?? [])).toEqual([toUsage(kind)]);
    expect(chunks.at(-1)?.choices).toEqual([]);
  });

  it('a stream whose usage nobody asked for has a choice in every chunk', async () => {
    const request = { model: `${kind.id}/text`, messages: hello };
    const stream = await client.chat.completions.create({ ...request, stream: true });
    const chunks = await readAll(stream);
    expect(chunks.every(({ choices }) => choices.length === 1)).toBe(true);
  });

  it('two calls at once go out and their results come back', async () => {
    const request = { model: `${kind.id}/tools`, tools };
    const first = await client.chat.completions.create({ ...request, messages: hello });
    expect(first.choices[0]?.finish_reason).toBe('tool_calls');
    const message = first.choices[0]?.message as ChatCompletionAssistantMessageParam;
    const second = await client.chat.completions.create({ ...request, messages: withResults(message) });
    expect(second.choices[0]?.message.content).toBe(toolText);
  });

  it('the strict helper .stream() gathers two calls, and hands them back', async () => {
    const request = { model: `${kind.id}/tools`, tools };
    const done: string[] = [];
    const first = client.chat.completions
      .stream({ ...request, messages: hello, stream_options: { include_usage: true } })
      .on('tool_calls.function.arguments.done', ({ name }) => done.push(name));
    const answer = await first.finalChatCompletion();
    expect(done).toEqual(callsOfTools.map(({ name }) => name));
    expect(answer.usage).toEqual(toUsage(kind));
    const message = answer.choices[0]?.message as ChatCompletionAssistantMessageParam;
    const second = client.chat.completions.stream({ ...request, messages: withResults(message) });
    expect(await second.finalContent()).toBe(toolText);
  });

  it('runTools calls both tools, and says what they said, whole and streamed', async () => {
    const request = { model: `${kind.id}/tools`, messages: hello, tools: runnable };
    expect(await client.chat.completions.runTools(request).finalContent()).toBe(runText);
    const streamed = client.chat.completions.runTools({ ...request, stream: true });
    expect(await streamed.finalContent()).toBe(runText);
  });

  it('structured output is parsed, whole and streamed', async () => {
    const format = zodResponseFormat(z.object({ city: z.string(), celsius: z.number() }), 'weather');
    const request = { model: `${kind.id}/json`, messages: hello, response_format: format };
    const whole = await client.chat.completions.parse(request);
    expect(whole.choices[0]?.message.parsed).toEqual({ city: 'Bern', celsius: 21 });
    const streamed = await client.chat.completions.stream(request).finalChatCompletion();
    expect(streamed.choices[0]?.message.parsed).toEqual({ city: 'Bern', celsius: 21 });
  });

  it('an image arrives byte by byte', async () => {
    const url = `data:image/png;base64,${picture}`;
    const answer = await client.chat.completions.create({
      model: `${kind.id}/image`,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is it?' },
            { type: 'image_url', image_url: { url } },
          ],
        },
      ],
    });
    expect(answer.choices[0]?.message.content).toBe(pictureText);
  });

  it('reasoning is shown apart from the text, the same whole and streamed', async () => {
    const request = {
      model: `${kind.id}/reasoning`,
      messages: hello,
      reasoning_effort: 'high' as const,
    };
    const whole = await client.chat.completions.create(request);
    expect(whole.choices[0]?.message).toMatchObject({
      content: 'It is 42.',
      reasoning_content: thought.text,
    });
    const stream = await client.chat.completions.create({ ...request, stream: true });
    const deltas = (await readAll(stream)).map(
      ({ choices: [choice] }) => choice?.delta as { content?: string; reasoning_content?: string },
    );
    expect(deltas.map(({ reasoning_content = '' }) => reasoning_content).join('')).toBe(thought.text);
    expect(deltas.map(({ content = '' }) => content).join('')).toBe('It is 42.');
  });

  it('who leaves a stream closes the upstream within 250 ms', async () => {
    const request = { model: `${kind.id}/slow`, messages: hello };
    const stream = await client.chat.completions.create({ ...request, stream: true });
    const chunks = stream[Symbol.asyncIterator]();
    await chunks.next();
    const received = await lab.upstreamOf(kind).received();
    expect(await closedAfter(received, () => void chunks.return?.())).toBeLessThan(250);
  });

  it('who leaves while nothing has come closes the upstream within 250 ms', async () => {
    const leaving = new AbortController();
    const fault = `never-answers@${kind.id}`;
    const call = client.chat.completions.create(
      { model: `${kind.wall}/${fault}`, messages: hello },
      { signal: leaving.signal },
    );
    const failure = call.catch((error: unknown) => error);
    expect(await wallClosedAfter(lab.wall, fault, () => leaving.abort())).toBeLessThan(250);
    expect(await failure).toBeInstanceOf(OpenAI.APIUserAbortError);
  });
});

describe('earlier reasoning', () => {
  const again = (message: ChatCompletionAssistantMessageParam): ChatCompletionMessageParam[] => [
    ...hello,
    message,
    { role: 'user', content: 'Again' },
  ];

  it.each([
    [signing, `I remember: ${thought.text} (${thought.signature})`],
    [local, `I remember: ${thought.text}`],
  ])('goes back with the message of a whole and a streamed answer over $id', async (kind, remembered) => {
    const request = { model: `${kind.id}/reasoning`, reasoning_effort: 'high' as const };
    const whole = await client.chat.completions.create({ ...request, messages: hello });
    const streamed = await client.chat.completions.stream({ ...request, messages: hello }).finalMessage();
    for (const message of [whole.choices[0]?.message, streamed]) {
      const messages = again(message as ChatCompletionAssistantMessageParam);
      const second = await client.chat.completions.create({ ...request, messages });
      expect(second.choices[0]?.message.content).toBe(remembered);
    }
  });
});
