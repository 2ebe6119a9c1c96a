import type {
  ChatWrapper,
  LlamaChatResponseChunk,
  LlamaContextSequence,
  LlamaGrammar,
  Token,
} from 'node-llama-cpp';
import type { Library } from './load-library.js';
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
export interface AnswerListener {
  readonly text: (chunk: LlamaChatResponseChunk) => void;
  readonly call: (name: string, params: unknown) => void;
}

/** How an answer ended. */
export interface AnswerEnd {
  readonly stopReason: string;
  readonly outputTokens: number;
}

/** Between two slices of a prompt the signal is looked at: the library itself does so only at the first token. */
const sliceTokens = 128;

/** Makes one answer in a sequence that is the call's alone; a full context ends it, and never shifts. */
export const generate = async (
  library: Library,
  plan: PreparedPlan,
  sequence: LlamaContextSequence,
  until: AbortSignal,
  { text, call }: AnswerListener,
): Promise<AnswerEnd> => {
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
};
