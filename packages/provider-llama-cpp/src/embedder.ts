import { ChatError, type EmbedRequest, type EmbedResponse } from '@lakehouse/chat-core';
import type { LlamaModel } from 'node-llama-cpp';
import type { EngineSettings } from './options.js';
import { createPlaces } from './places.js';

/** Makes embeddings with one model, one text after the other. */
export interface Embedder {
  /** Looks at the signal before each text. */
  embed(request: EmbedRequest, signal: AbortSignal): Promise<EmbedResponse>;
  dispose(): Promise<void>;
}

/** Makes the context that embeddings need. `name` and `provider` stand in errors. */
export const createEmbedder = async (
  model: LlamaModel,
  { contextSize: wanted, threads, maxQueue }: EngineSettings,
  { provider, name, signal }: { provider: string; name: string; signal: AbortSignal },
): Promise<Embedder> => {
  const contextSize = Math.min(wanted, model.trainContextSize);
  const context = await model.createEmbeddingContext({ contextSize, threads, createSignal: signal });
  const places = createPlaces(1, maxQueue);
  const where = { provider, model: name };
  const full = (): ChatError =>
    new ChatError('overloaded', `${provider}: ${maxQueue} calls wait for the embeddings of "${name}"`, where);

  /** The tokens of every text, counted before the first is worked on. */
  const count = ({ input }: EmbedRequest): number => {
    let total = 0;
    for (const [index, text] of input.entries()) {
      const path = `input[${index}]`;
      if (text === '') {
        throw new ChatError('invalid-request', `${provider}: ${path}: expected a text that is not empty`, {
          ...where,
          path,
        });
      }
      const tokens = context.calculateInputLength(text);
      if (tokens >= contextSize) {
        const message = `${provider}: ${path} has ${tokens} tokens, the context of "${name}" ${contextSize}`;
        throw new ChatError('context-too-long', message, { ...where, path });
      }
      total += tokens;
    }
    return total;
  };

  return {
    async embed(request, leaving) {
      const input = count(request);
      await places.take(leaving, full);
      try {
        const embeddings: (readonly number[])[] = [];
        for (const text of request.input) {
          leaving.throwIfAborted();
          embeddings.push((await context.getEmbeddingFor(text)).vector);
        }
        return { model: request.model, embeddings, usage: { input } };
      } finally {
        places.release();
      }
    },
    dispose: () => context.dispose(),
  };
};
