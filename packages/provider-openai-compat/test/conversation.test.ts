import type { AssistantMessage, ChatResponse } from '@lakehouse/chat-core';
import type { Script } from '@lakehouse/provider-testkit';
import { describe, expect, it } from 'vitest';
import type { OpenAICompatSettings } from '../src/index.js';
import { setUpServer } from './support/server.js';
import { completion } from './support/wire.js';

const server = setUpServer();

const toTurn = (answer: ChatResponse): AssistantMessage => ({
  role: 'assistant',
  content: answer.content,
  ...(answer.reasoning !== undefined && { reasoning: answer.reasoning }),
  ...(answer.toolCalls && { toolCalls: answer.toolCalls }),
  ...(answer.providerMetadata && { providerMetadata: answer.providerMetadata }),
});

/** Asks for a first answer, hands it back on a second turn, and gives the assistant's message as it arrived there. */
const secondTurn = async (
  first: Script,
  settings: OpenAICompatSettings = {},
  then: OpenAICompatSettings = settings,
): Promise<unknown> => {
  const { answer } = await server.ask(settings, {}, first);
  const messages = [
    { role: 'user', content: 'Hi' },
    toTurn(answer),
    ...(answer.toolCalls ?? []).map(({ id }) => ({ role: 'tool', toolCallId: id, content: '1' }) as const),
  ] as const;
  const { bodies } = await server.ask(then, { messages });
  return (bodies[0] as { messages: unknown[] }).messages[1];
};

const calls = [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }];
const withCalls = (more: object): Script =>
  completion({ content: null, tool_calls: calls, ...more }, 'tool_calls');

const replay = (reasoningReplay: 'reasoning_content' | 'as-received' | 'none'): OpenAICompatSettings => ({
  quirks: { reasoningReplay },
});

describe('reasoning on the next turn', () => {
  it('as received: reasoning_content of a tool call goes back', async () => {
    expect(await secondTurn(withCalls({ reasoning_content: 'Hm' }))).toMatchObject({
      reasoning_content: 'Hm',
    });
  });

  it('as received: empty reasoning_content is present, and stays so (DeepSeek)', async () => {
    expect(await secondTurn(withCalls({ reasoning_content: '' }))).toMatchObject({ reasoning_content: '' });
  });

  it('as received: not where there are no tool calls (DeepSeek R1), and not under another name (Groq)', async () => {
    const plain = await secondTurn(completion({ content: 'Hello', reasoning_content: 'Hm' }));
    expect(plain).toEqual({ role: 'assistant', content: 'Hello' });
    const other = await secondTurn(withCalls({ reasoning: 'Hm' }));
    expect(other).toEqual({ role: 'assistant', content: null, tool_calls: calls });
  });

  it('reasoning_content: on every turn that has some', async () => {
    const turn = await secondTurn(
      completion({ content: 'Hello', reasoning: 'Hm' }),
      replay('reasoning_content'),
    );
    expect(turn).toEqual({ role: 'assistant', content: 'Hello', reasoning_content: 'Hm' });
  });

  it('none: never', async () => {
    const turn = await secondTurn(withCalls({ reasoning_content: 'Hm' }), replay('none'));
    expect(turn).not.toHaveProperty('reasoning_content');
  });

  const details = [
    { type: 'reasoning.encrypted', data: 'xyz', id: 'r', format: 'openai-responses-v1', index: 0 },
    { type: 'reasoning.text', text: 'Hm', signature: 'sig', index: 1 },
  ];
  const openrouter: OpenAICompatSettings = { preset: 'openrouter', key: 'k' };

  it('reasoning_details: unmodified and in order (OpenRouter)', async () => {
    const turn = await secondTurn(withCalls({ reasoning: 'Hm', reasoning_details: details }), openrouter);
    expect(turn).toEqual({ role: 'assistant', content: null, reasoning_details: details, tool_calls: calls });
  });

  it('a conversation that goes on at another server leaves behind what that one cannot take', async () => {
    const turn = await secondTurn(withCalls({ reasoning: 'Hm', reasoning_details: details }), openrouter, {});
    expect(turn).toEqual({ role: 'assistant', content: null, tool_calls: calls });
  });
});

describe("Gemini's thought signatures", () => {
  const signature = { google: { thought_signature: 's' } };
  const signed = withCalls({
    tool_calls: [{ ...calls[0], extra_content: signature }],
    extra_content: signature,
  });

  it('go back with the call and the message that they came with', async () => {
    expect(await secondTurn(signed)).toEqual({
      role: 'assistant',
      content: null,
      tool_calls: [{ ...calls[0], extra_content: signature }],
      extra_content: signature,
    });
  });

  it('stay away from services that would refuse them', async () => {
    const turn = await secondTurn(signed, {}, { preset: 'kimi', key: 'k' });
    expect(JSON.stringify(turn)).not.toContain('thought_signature');
  });
});
