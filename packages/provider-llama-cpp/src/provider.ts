import {
  type CallContext,
  type Capabilities,
  type ChatEvent,
  type ChatRequest,
  type EmbedRequest,
  type EmbedResponse,
  type Provider,
  toChatError,
} from '@lakehouse/chat-core';
import { createWarningList, type WarningList } from '@lakehouse/provider-utils';
import { generateAnswer } from './answer.js';
import { askAvailability, listModels } from './catalogue.js';
import { createEngine } from './engine.js';
import type { LoadedModel } from './loaded-model.js';
import { type LlamaCppSettings, pluginName, resolveSettings } from './options.js';
import { Pipe } from './pipe.js';
import { toPlan } from './plan.js';
import { unsupported } from './unsupported.js';

const capabilities: Capabilities = {
  tools: true,
  toolChoice: true,
  images: false,
  files: false,
  reasoning: true,
  structuredOutput: 'enforced',
  embeddings: true,
};

/** What only the template of the model tells. */
const warnOfTemplate = (request: ChatRequest, loaded: LoadedModel, warnings: WarningList): void => {
  const { think, tools = [], parallelToolCalls } = request;
  if (think !== undefined && think !== false && !loaded.reasons) {
    warnings.drop('think', `the template of ${request.model} knows no reasoning`);
  }
  if (parallelToolCalls === true && tools.length > 0 && !loaded.callsInParallel) {
    warnings.drop('parallelToolCalls', `the template of ${request.model} makes one call at a time`);
  }
};

/**
 * A provider that runs GGUF files in this process. `id` is the routing prefix and stands in errors. Throws
 * `invalid-request` for wrong settings; nothing is loaded before the first call.
 */
export const createLlamaCpp = (settings: LlamaCppSettings, id: string = pluginName): Provider => {
  const resolved = resolveSettings(settings, id);
  const engine = createEngine(resolved, id);

  async function* stream(request: ChatRequest, context: CallContext): AsyncGenerator<ChatEvent> {
    const { model } = request;
    const leaving = new AbortController();
    const signal = AbortSignal.any([context.signal, engine.closed, leaving.signal]);
    try {
      signal.throwIfAborted();
      const warnings = createWarningList(id, request);
      const plan = toPlan(request, { provider: id, warnings });
      const loaded = await engine.open(model, signal);
      warnOfTemplate(request, loaded, warnings);
      const prepared = await loaded.prepare(plan);
      const sequence = await loaded.take(signal);
      const pipe = new Pipe<ChatEvent>();
      const push = (event: ChatEvent): void => pipe.push(event);
      void engine.track(
        generateAnswer(
          { request, loaded, plan: prepared, sequence, signal, rawChunks: context.rawChunks === true },
          push,
        )
          .then(
            () => pipe.end(),
            (error: unknown) => pipe.fail(error),
          )
          .finally(() => loaded.giveBack(sequence)),
      );
      yield {
        type: 'response-start',
        model,
        ...(warnings.warnings.length > 0 && { warnings: warnings.warnings }),
      };
      yield* pipe.read(signal);
    } catch (error) {
      throw toChatError(error, { provider: id, model, signal });
    } finally {
      leaving.abort();
    }
  }

  const embed = async (request: EmbedRequest, context: CallContext): Promise<EmbedResponse> => {
    const { model, input, tokens, dimensions } = request;
    const signal = AbortSignal.any([context.signal, engine.closed]);
    try {
      signal.throwIfAborted();
      if (tokens) throw unsupported(id, model, 'input', 'texts are embedded, and no token numbers');
      if (dimensions !== undefined) {
        throw unsupported(id, model, 'dimensions', 'a model has one size of vectors');
      }
      if (input.length === 0) return { model, embeddings: [] }; // it would only load the model
      const embedder = await engine.openEmbedder(model, signal);
      return await engine.track(embedder.embed(request, signal));
    } catch (error) {
      throw toChatError(error, { provider: id, model, signal });
    }
  };

  return {
    specificationVersion: 'v1',
    id,
    capabilities,
    stream,
    async models({ signal }) {
      try {
        return await listModels(engine, resolved, signal);
      } catch (error) {
        throw toChatError(error, { provider: id, signal });
      }
    },
    availability: () => askAvailability(engine, resolved),
    embed,
    close: () => engine.close(),
  };
};
