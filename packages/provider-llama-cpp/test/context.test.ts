import { type ChatRequest, chat } from '@lakehouse/chat-core';
import { expect, it } from 'vitest';
import { useModels } from './support/models.js';

const provider = useModels(['speaker', 'endless', 'parallel'], { contextSize: 256 });

const ask = (model: string, content: string, more: Partial<ChatRequest> = {}): ChatRequest => ({
  model,
  messages: [{ role: 'user', content }],
  ...more,
});

it.each([246, 400])('refuses a prompt of %i words, and says how long it is', async (words) => {
  await expect(chat(provider, ask('speaker', ' cats'.repeat(words)))).rejects.toMatchObject({
    code: 'context-too-long',
    message: `llama-cpp: the prompt has ${words + 9} tokens, the context of "speaker" 256`,
  });
});

it('counts the system message and the tools too, and takes no message out of the conversation', async () => {
  const messages = [
    { role: 'system', content: ' rain'.repeat(130) },
    { role: 'user', content: ' cats'.repeat(130) },
  ] as const;
  await expect(chat(provider, { model: 'speaker', messages })).rejects.toMatchObject({
    code: 'context-too-long',
  });
  const tools = [{ name: 'long', description: 'x'.repeat(300) }];
  await expect(chat(provider, ask('parallel', 'Hi', { tools }))).rejects.toMatchObject({
    code: 'context-too-long',
  });
});

it('answers a prompt that just fits, as far as there is room', async () => {
  const answer = await chat(provider, ask('speaker', ' cats'.repeat(243)));
  expect(answer).toMatchObject({
    content: 'Hello from a',
    finishReason: 'length',
    usage: { input: 252, output: 3 },
  });
});

it('ends with length when the context is full, also when more tokens were allowed', async () => {
  const answer = await chat(provider, ask('endless', 'Hi', { maxTokens: 9_999 }));
  expect(answer).toMatchObject({ finishReason: 'length', usage: { input: 10, output: 245 } });
});

it('ends with length when a call fills the context', async () => {
  const parameters = { type: 'object', properties: { text: { type: 'string', minLength: 200 } } };
  const tools = [{ name: 'say', parameters }];
  const answer = await chat(provider, ask('parallel', 'Hi', { tools }));
  expect(answer.finishReason).toBe('length');
  expect(answer.toolCalls).toBeUndefined();
});
