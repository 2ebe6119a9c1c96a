// Client libraries of others, from where `--peers` has installed them.
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { folderOf } from '../peers/packages.mjs';

/** Imports a package of a peer's folder as a program in that folder would. */
const load = async (peer, name) => {
  const { resolve } = createRequire(path.join(folderOf(peer), 'package.json'));
  return import(pathToFileURL(resolve(name)).href);
};

export const createAiSdk = async (standIn) => {
  const { generateText, streamText } = await load('ai-sdk', 'ai');
  const { createOpenAICompatible } = await load('ai-sdk', '@ai-sdk/openai-compatible');
  const provider = createOpenAICompatible({ name: 'lab', baseURL: `${standIn}/v1`, apiKey: 'any' });
  const toOptions = ({ model, messages: [system, ...messages] }) => ({
    model: provider(model),
    system: system.content,
    messages,
    maxRetries: 0,
  });
  return {
    whole: async (request) => (await generateText(toOptions(request))).text,
    async stream(request, onText) {
      for await (const text of streamText(toOptions(request)).textStream) onText(text);
    },
  };
};

export const createOpenAI = async (standIn) => {
  const { default: OpenAI } = await load('openai', 'openai');
  const client = new OpenAI({ baseURL: `${standIn}/v1`, apiKey: 'any', maxRetries: 0 });
  return {
    async whole(request) {
      const answer = await client.chat.completions.create({ ...request, stream: false });
      return answer.choices[0].message.content;
    },
    async stream(request, onText) {
      for await (const chunk of await client.chat.completions.create({ ...request, stream: true })) {
        const text = chunk.choices[0]?.delta?.content;
        if (text) onText(text);
      }
    },
  };
};
