import { ChatError } from '@lakehouse/chat-core';
import type {
  ChatWrapper,
  GbnfJsonSchema,
  Llama,
  LlamaContextSequence,
  LlamaGrammar,
  LlamaModel,
} from 'node-llama-cpp';
import { withCall, withoutThought } from './chat-wrapper.js';
import { type AnswerEnd, type AnswerListener, generate, type PreparedPlan } from './generate.js';
import type { Library } from './load-library.js';
import type { EngineSettings } from './options.js';
import { createPlaces } from './places.js';
import type { Plan } from './plan.js';

/** A model in memory, with its context. */
export interface LoadedModel {
  readonly contextSize: number;
  /** Whether the template knows reasoning at all. */
  readonly reasons: boolean;
  /** Whether the template knows several calls in one turn. */
  readonly callsInParallel: boolean;
  /** Counts the prompt and makes the grammar; throws `context-too-long`. */
  prepare(plan: Plan): Promise<PreparedPlan>;
  /** Waits for a sequence; a call for each goes on at a time. */
  take(signal: AbortSignal): Promise<LlamaContextSequence>;
  giveBack(sequence: LlamaContextSequence): void;
  answer(
    plan: PreparedPlan,
    sequence: LlamaContextSequence,
    signal: AbortSignal,
    listener: AnswerListener,
  ): Promise<AnswerEnd>;
  dispose(): Promise<void>;
}

/** Makes the context of a model. `name` and `provider` stand in errors. */
export const createLoadedModel = async (
  library: Library,
  llama: Llama,
  model: LlamaModel,
  { sequences, threads, maxQueue, contextSize: wanted }: EngineSettings,
  { provider, name, signal }: { provider: string; name: string; signal: AbortSignal },
): Promise<LoadedModel> => {
  const contextSize = Math.min(wanted, model.trainContextSize);
  const context = await model.createContext({ sequences, threads, contextSize, createSignal: signal });
  const free = Array.from({ length: sequences }, () => context.getSequence());
  const places = createPlaces(sequences, maxQueue);
  const template = library.resolveChatWrapper(model);
  const full = (): ChatError =>
    new ChatError('overloaded', `${provider}: ${maxQueue} calls wait for "${name}" already`, {
      provider,
      model: name,
    });

  const toWrapper = ({ mustCall, thoughtTokens }: Plan): ChatWrapper => {
    const quiet = mustCall || thoughtTokens === 0 ? withoutThought(library, template) : template;
    return mustCall ? withCall(library, quiet) : quiet;
  };

  const makeGrammar = async (path: string, format: 'json' | GbnfJsonSchema): Promise<LlamaGrammar> => {
    if (format === 'json') return await llama.getGrammarFor('json');
    try {
      return await llama.createGrammarForJsonSchema({ oneOf: [format] }); // its types want one kind of schema
    } catch (cause) {
      const message = `${provider}: ${path}: llama.cpp makes no grammar of this schema`;
      throw new ChatError('unsupported', message, { provider, model: name, path, cause });
    }
  };

  return {
    contextSize: context.contextSize,
    reasons: template.settings.segments?.thought !== undefined,
    callsInParallel: template.settings.functions.parallelism !== undefined,
    async prepare(plan) {
      const wrapper = toWrapper(plan);
      const { contextText } = wrapper.generateContextState({
        chatHistory: plan.history,
        ...(plan.functions && { availableFunctions: plan.functions }),
      });
      const prompt = contextText.tokenize(model.tokenizer);
      const room = context.contextSize - 1 - prompt.length;
      if (room < 1) {
        const sizes = `has ${prompt.length} tokens, the context of "${name}" ${context.contextSize}`;
        throw new ChatError('context-too-long', `${provider}: the prompt ${sizes}`, {
          provider,
          model: name,
        });
      }
      const grammar = plan.format === undefined ? undefined : await makeGrammar('format', plan.format);
      for (const [tool, { params }] of Object.entries(plan.functions ?? {})) {
        if (params) await makeGrammar(`tools: ${tool}`, params); // the library makes its own, too late to refuse
      }
      return { ...plan, wrapper, prompt, room, ...(grammar && { grammar }) };
    },
    async take(waiting) {
      await places.take(waiting, full);
      const sequence = free.pop();
      if (!sequence) throw new Error('There are more places than sequences');
      return sequence;
    },
    giveBack(sequence) {
      free.push(sequence);
      places.release();
    },
    answer: (plan, sequence, until, listener) => generate(library, plan, sequence, until, listener),
    dispose: () => context.dispose(),
  };
};
