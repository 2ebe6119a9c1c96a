// The provider packages of this repository, called as a program would call them.
import { chat, createCallContext } from '@lakehouse/chat-core';
import { createOllama } from '@lakehouse/provider-ollama';
import { createOpenAICompat } from '@lakehouse/provider-openai-compat';

const overProvider = (provider) => ({
  whole: async (request) => (await chat(provider, request)).content,
  async stream(request, onText) {
    for await (const event of provider.stream(request, createCallContext({ delivery: 'stream' }))) {
      if (event.type === 'text-delta') onText(event.delta);
    }
  },
});

export const createOpenAIProvider = (standIn) => overProvider(createOpenAICompat({ url: `${standIn}/v1` }));

export const createOllamaProvider = (standIn) => overProvider(createOllama({ url: standIn }));
