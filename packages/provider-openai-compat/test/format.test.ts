import type { JsonObject } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { createOpenAICompat, type OpenAICompatSettings } from '../src/index.js';
import type { Quirks } from '../src/quirks.js';
import { setUpServer } from './support/server.js';
import { completion } from './support/wire.js';

const server = setUpServer();

const open: JsonObject = {
  type: 'object',
  title: 'My answer!',
  properties: { a: { type: 'number' } },
  required: ['a'],
};
const closed: JsonObject = { ...open, additionalProperties: false };

const sent = async (
  structuredOutput: Quirks['structuredOutput'],
  format: 'json' | JsonObject,
  system = 'Be brief',
): Promise<{ field: unknown; system: string }> => {
  const messages = [
    { role: 'system', content: system },
    { role: 'user', content: 'Hi' },
  ] as const;
  const settings = { quirks: { structuredOutput } };
  const { bodies } = await server.ask(settings, { format, messages }, completion({ content: '{"a":1}' }));
  const body = bodies[0] as { response_format?: unknown; messages: { content: string }[] };
  return { field: body.response_format, system: body.messages[0]?.content ?? '' };
};

describe('how a format is asked for', () => {
  it('a schema is named after its title', async () => {
    const { field, system } = await sent('full', open);
    expect(field).toEqual({ type: 'json_schema', json_schema: { name: 'My_answer_', schema: open } });
    expect(system).toBe('Be brief');
  });

  it('strict is only said of a schema that can be strict: OpenAI refuses the others', async () => {
    const strict = { type: 'json_schema', json_schema: { strict: true } };
    expect((await sent('full', closed)).field).toMatchObject(strict);
    expect((await sent('full', { type: 'array', items: closed })).field).toMatchObject(strict);
    for (const loose of [
      open,
      { type: 'array', items: open },
      { ...closed, required: [] },
      { type: 'object' },
    ]) {
      expect((await sent('full', loose)).field).not.toMatchObject(strict);
    }
  });

  it('json_object needs the word JSON in a message, so it is put there unless it is', async () => {
    const added = await sent('full', 'json');
    expect(added.field).toEqual({ type: 'json_object' });
    expect(added.system).toMatch(/^Be brief\n\n.*JSON/);
    expect((await sent('full', 'json', 'Answer in JSON')).system).toBe('Answer in JSON');
  });

  it('a server that takes no schema gets it in the prompt (DeepSeek)', async () => {
    const { field, system } = await sent('json-object', open);
    expect(field).toEqual({ type: 'json_object' });
    expect(system).toContain(JSON.stringify(open));
  });

  it('a server that takes nothing but schemas gets "json" in the prompt (LM Studio)', async () => {
    expect(await sent('json-schema', 'json')).toMatchObject({
      system: expect.stringContaining('JSON') as string,
    });
    expect((await sent('json-schema', 'json')).field).toBeUndefined();
    expect((await sent('json-schema', open)).field).toMatchObject({ type: 'json_schema' });
  });

  it('a server that takes no format at all gets everything in the prompt', async () => {
    expect((await sent('prompt', open)).field).toBeUndefined();
    expect((await sent('prompt', open)).system).toContain(JSON.stringify(open));
  });
});

it('is said to be enforced only by a service that is known to, and only while schemas are sent', () => {
  const enforced = (settings: OpenAICompatSettings) =>
    createOpenAICompat({ key: 'k', ...settings }).capabilities;
  expect(enforced({ preset: 'openrouter' })).toMatchObject({ structuredOutput: 'enforced' });
  const quirks = { structuredOutput: 'prompt' } as const;
  expect(enforced({ preset: 'openrouter', quirks })).toMatchObject({ structuredOutput: 'checked' });
  expect(enforced({ url: 'http://127.0.0.1:9/v1' })).toMatchObject({ structuredOutput: 'checked' });
});

describe('what is made of the answer', () => {
  const fenced = completion({ content: '```json\n{"a":1}\n```' });

  it.each(['full', 'prompt'] as const)(
    'a fence comes off, however the format was asked for (%s)',
    async (way) => {
      const { answer } = await server.ask({ quirks: { structuredOutput: way } }, { format: open }, fenced);
      expect(answer.content).toBe('{"a":1}');
      expect(answer.warnings).toBeUndefined();
      expect((await server.ask({}, {}, fenced)).answer.content).toContain('```');
    },
  );

  it('an answer that is not what was asked for is a warning, also where the schema was sent', async () => {
    const { answer } = await server.ask({}, { format: open }, completion({ content: '{"a":"x"}' }));
    expect(answer.warnings).toMatchObject([{ code: 'answer-mismatch', parameter: 'format' }]);
  });

  it('for a strict request it is a bad response', async () => {
    const call = server.ask({}, { format: open, strict: true }, completion({ content: 'Sorry' }));
    await expect(call).rejects.toMatchObject({ code: 'bad-response', provider: 'plain', model: 'm' });
  });

  it('what was cut by the limit is a warning even then: it would only be cut again', async () => {
    const cut = completion({ content: '{"a":' }, 'length');
    const { answer } = await server.ask({}, { format: open, strict: true, maxTokens: 3 }, cut);
    expect(answer).toMatchObject({
      finishReason: 'length',
      warnings: [{ code: 'answer-mismatch', parameter: 'format' }],
    });
  });

  it('a tool call is no final answer, so nothing is checked', async () => {
    const calls = [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }];
    const { answer } = await server.ask(
      {},
      { format: open, strict: true, tools: [{ name: 'f' }] },
      completion({ content: null, tool_calls: calls }, 'tool_calls'),
    );
    expect(answer.warnings).toBeUndefined();
  });
});
