import { type AnthropicLanguageModelOptions, createAnthropic } from '@ai-sdk/anthropic';
import {
  generateText,
  type LanguageModel,
  type ModelMessage,
  Output,
  stepCountIs,
  streamText,
  tool,
} from 'ai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { callsOfTools, place, thought } from '../support/stand-in/scenario.js';
import {
  type ClientLab,
  countedBy,
  kinds,
  picture,
  pictureText,
  recalled,
  signing,
  startClientLab,
  toolResults,
  toolShapes,
  toolText,
} from './support.js';

let lab: ClientLab;
let modelOf: (id: string) => LanguageModel;
beforeAll(async () => {
  lab = await startClientLab();
  const provider = createAnthropic({ baseURL: `${lab.url}/v1`, apiKey: 'any' });
  modelOf = (id) => provider(id);
});
afterAll(() => lab.close());

type Settings = Parameters<typeof generateText>[0];

/** What both ways have to tell in the same words. */
const ways = {
  whole: async (settings: Settings) => {
    const { text, reasoningText, output, usage, totalUsage, finishReason, steps } =
      await generateText(settings);
    return { text, reasoningText, output, usage, totalUsage, finishReason, steps };
  },
  streamed: async (settings: Settings) => {
    const result = streamText(settings);
    await result.consumeStream();
    const [text, reasoningText, output, usage, totalUsage, finishReason, steps] = await Promise.all([
      result.text,
      result.reasoningText,
      result.output,
      result.usage,
      result.totalUsage,
      result.finishReason,
      result.steps,
    ]);
    return { text, reasoningText, output, usage, totalUsage, finishReason, steps };
  },
};

const hello: ModelMessage[] = [{ role: 'user', content: 'Hello' }];
const asking = (model: string) => ({ model: modelOf(model), maxOutputTokens: 1024 });
const thinking = {
  anthropic: { thinking: { type: 'enabled', budgetTokens: 1024 } } satisfies AnthropicLanguageModelOptions,
};

const tools = {
  get_weather: tool({ inputSchema: toolShapes.get_weather, execute: () => toolResults.get_weather }),
  get_time: tool({ inputSchema: toolShapes.get_time, execute: () => toolResults.get_time }),
};

describe.each(kinds)('the AI SDK, as a client of Anthropic, over $id', (kind) => {
  describe.each(Object.entries(ways))('%s', (_way, ask) => {
    it('gets the text, the finish reason and the count of tokens', async () => {
      const { input, output, total, cached = 0, reasoning } = countedBy(kind);
      const answer = await ask({ ...asking(`${kind.id}/text`), messages: hello });
      expect(answer).toMatchObject({ text: 'Good day, Grüße 👋.', finishReason: 'stop' });
      expect(answer.usage).toMatchObject({
        inputTokens: input,
        inputTokenDetails: { noCacheTokens: input - cached, cacheReadTokens: cached },
        outputTokens: output,
        outputTokenDetails: { reasoningTokens: reasoning },
        totalTokens: total,
      });
    });

    it('runs two parallel calls and hands both results back', async () => {
      const model = asking(`${kind.id}/tools`);
      const answer = await ask({ ...model, messages: hello, tools, stopWhen: stepCountIs(3) });
      expect(answer.text).toBe(toolText);
      expect(answer.steps.map(({ finishReason }) => finishReason)).toEqual(['tool-calls', 'stop']);
      const calls = answer.steps.flatMap(({ toolCalls }) => toolCalls);
      expect(calls.map(({ toolName, input }) => ({ name: toolName, arguments: input }))).toEqual(
        callsOfTools,
      );
      expect(new Set(calls.map(({ toolCallId }) => toolCallId)).size).toBe(2);
    });

    it.each(['auto', 'outputFormat', 'jsonTool'] as const)(
      'gets an object of the schema that it asked for: %s',
      async (structuredOutputMode) => {
        const answer = await ask({
          ...asking(`${kind.id}/json`),
          messages: hello,
          output: Output.object({ schema: z.object({ city: z.string(), celsius: z.number() }) }),
          providerOptions: { anthropic: { structuredOutputMode } satisfies AnthropicLanguageModelOptions },
        });
        expect(answer.output).toEqual(place);
      },
    );

    it('shows an image, in a message and in the result of a tool', async () => {
      const data = Buffer.from(picture, 'base64');
      const image = { type: 'file', data, mediaType: 'image/png' } as const;
      const model = asking(`${kind.id}/image`);
      const answer = await ask({ ...model, messages: [{ role: 'user', content: [image] }] });
      expect(answer.text).toBe(pictureText);
      const call = { toolCallId: 'toolu_1', toolName: 'photograph' };
      const value = [
        { type: 'text', text: 'A photo' } as const,
        { type: 'file', data: { type: 'data', data }, mediaType: 'image/png' } as const,
      ];
      const again = await ask({
        ...model,
        messages: [
          ...hello,
          { role: 'assistant', content: [{ type: 'tool-call', ...call, input: {} }] },
          { role: 'tool', content: [{ type: 'tool-result', ...call, output: { type: 'content', value } }] },
        ],
      });
      expect(again.text).toBe(pictureText);
    });

    it('shows reasoning where thinking is enabled, and nowhere else', async () => {
      const model = asking(`${kind.id}/reasoning`);
      const answer = await ask({ ...model, messages: hello, providerOptions: thinking });
      expect(answer).toMatchObject({ text: 'It is 42.', reasoningText: thought.text });
      expect((await ask({ ...model, messages: hello })).reasoningText).toBeUndefined();
    });
  });
});

describe.each([...kinds, signing])('reasoning goes back with the calls over $id', ({ id }) => {
  it.each(Object.entries(ways))('%s', async (_way, ask) => {
    const answer = await ask({
      ...asking(`${id}/reasoning`),
      messages: hello,
      tools,
      stopWhen: stepCountIs(3),
      providerOptions: thinking,
    });
    expect(answer.steps[0]?.reasoningText).toBe(thought.text);
    expect(answer.text).toBe(recalled[id]);
  });
});
