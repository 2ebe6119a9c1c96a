import { ChatError } from '@lakehouse/chat-core';
import type {
  ChatWrapper,
  GbnfJsonSchema,
  Llama,
  LlamaChatResponseChunk,
  LlamaContextSequence,
  LlamaGrammar,
  LlamaModel,
  Token,
} from 'node-llama-cpp';
import { withCall, withoutThought } from './chat-wrapper.js';
import type { Library } from './load-library.js';
import type { EngineSettings } from './options.js';
import { createPlaces } from './places.js';
import type { Plan } from './plan.js';

/** A plan with its tokens counted, for the model that it was prepared with. */
export interface PreparedPlan extends Plan {
  readonly wrapper: ChatWrapper;
  readonly prompt: readonly Token[];
  readonly grammar?: LlamaGrammar;
  /** Tokens that the answer may have before the context is full. */
  readonly room: number;
}

/** What is told of an answer while it is made. */
interface AnswerListener {
  readonly text: (chunk: LlamaChatResponseChunk) => void;
  readonly call: (name: string, params: unknown) => void;
}

/** How an answer ended. */
interface AnswerEnd {
  readonly stopReason: string;
  readonly outputTokens: number;
}

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

/** Between two slices of a prompt the signal is looked at: the library itself does so only at the first token. */
const sliceTokens = 128;

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
    async answer(plan, sequence, until, { text, call }) {
      await sequence.clearHistory();
      const spent = sequence.tokenMeter.getState();
      const read = plan.prompt.slice(0, -1); // the last one is what the answer begins behind
      for (let start = 0; start < read.length; start += sliceTokens) {
        until.throwIfAborted();
        await sequence.evaluateWithoutGeneratingNewTokens(read.slice(start, start + sliceTokens));
      }
      const chat = new library.LlamaChat({ contextSequence: sequence, chatWrapper: plan.wrapper });
      const contextFull = new Error('The context is full');
      try {
        const { metadata } = await chat.generateResponse([...plan.history], {
          ...plan.sampling,
          signal: until,
          maxTokens: Math.min(plan.maxTokens ?? plan.room, plan.room),
          onResponseChunk: text,
          ...(plan.thoughtTokens !== undefined && { budgets: { thoughtTokens: plan.thoughtTokens } }),
          // The only hook whose error is not caught: a shift would take messages out of the conversation in silence.
          contextShift: {
            size: () => {
              throw contextFull;
            },
          },
          ...(plan.functions
            ? {
                functions: plan.functions,
                onFunctionCall: ({ functionName, params }) => call(functionName, params),
                ...(plan.oneCall && { maxParallelFunctionCalls: 1 }),
              }
            : { ...(plan.grammar && { grammar: plan.grammar }) }),
        });
        return {
          stopReason: metadata.stopReason,
          outputTokens: sequence.tokenMeter.diff(spent).usedOutputTokens,
        };
      } catch (error) {
        if (error !== contextFull) throw error;
        return {
          stopReason: 'contextFull',
          outputTokens: sequence.tokenMeter.diff(spent).usedOutputTokens,
        };
      } finally {
        chat.dispose();
      }
    },
    dispose: () => context.dispose(),
  };
};
