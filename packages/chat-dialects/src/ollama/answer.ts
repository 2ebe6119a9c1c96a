import {
  type ChatResponse,
  type ChatWarning,
  inputTokens,
  type JsonObject,
  outputTokens,
  type ToolCall,
} from '@lakehouse/chat-core';
import type { AnswerMeta } from '../front.js';
import { present } from '../present.js';
import { toWireWarnings } from './wire-text.js';

/** What one object of an answer says. */
export interface AnswerPiece {
  readonly content: string;
  readonly thinking?: string;
  readonly toolCalls?: readonly ToolCall[];
  /** What a provider wants back on the next turn. */
  readonly carried?: Pick<ChatResponse, 'reasoningSegments' | 'providerMetadata'>;
}

/** How an endpoint writes a piece. */
export type AnswerShape = (piece: AnswerPiece) => object;

type HeadMeta = Pick<AnswerMeta, 'createdAt'>;

/** In whole nanoseconds, never 0: clients divide by durations. */
export const toNanoseconds = (ms: number): number => Math.max(1, Math.round(ms * 1e6));

/** The protocol's arguments are an object; text that is none is wrapped, so that it is not lost. */
const toArguments = ({ arguments: given }: ToolCall): JsonObject =>
  typeof given === 'string' ? { arguments: given } : given;

const toWireCalls = (calls: readonly ToolCall[] | undefined) =>
  calls?.map((call, index) => ({
    id: call.id,
    function: { index, name: call.name, arguments: toArguments(call) },
    ...present({ provider_metadata: call.providerMetadata }),
  }));

/** The shape of `/api/chat`. `content` is always there: clients add it up without looking. */
export const chatShape: AnswerShape = ({ content, thinking, toolCalls, carried }) => ({
  message: {
    role: 'assistant',
    content,
    ...present({
      thinking,
      tool_calls: toWireCalls(toolCalls),
      reasoning_segments: carried?.reasoningSegments,
      provider_metadata: carried?.providerMetadata,
    }),
  },
});

/** The shape of `/api/generate`, whose answers are never sent back. */
export const generateShape: AnswerShape = ({ content, thinking, toolCalls }) => ({
  response: content,
  ...present({ thinking, tool_calls: toWireCalls(toolCalls) }),
});

/** Writes the objects of one answer. */
export class AnswerWriter {
  readonly #model: string;
  readonly #shape: AnswerShape;

  /** `model` is the name that was asked for: clients compare it with the one that they sent. */
  constructor(model: string, shape: AnswerShape) {
    this.#model = model;
    this.#shape = shape;
  }

  /** The answer to a request that has nothing to ask: the model is taken for loaded, or unloaded. */
  settled(reason: 'load' | 'unload', meta: HeadMeta): object {
    return { ...this.#head(meta), ...this.#shape({ content: '' }), done: true, done_reason: reason };
  }

  /** An object before the last. */
  line(piece: AnswerPiece, meta: HeadMeta): object {
    return { ...this.#head(meta), ...this.#shape(piece), done: false };
  }

  /** The one object of an answer that is not streamed. */
  whole(response: ChatResponse, meta: AnswerMeta): object {
    const { content, reasoning, toolCalls } = response;
    const piece = { content, carried: response, ...present({ thinking: reasoning, toolCalls }) };
    return this.#last(piece, response, meta);
  }

  /** The last objects of a streamed answer, whose text and reasoning have been sent: tool calls stand before the last. */
  ending(response: ChatResponse, meta: AnswerMeta): readonly object[] {
    const { toolCalls } = response;
    const last = this.#last({ content: '', carried: response }, response, meta);
    return toolCalls ? [this.line({ content: '', toolCalls }, meta), last] : [last];
  }

  #head({ createdAt }: HeadMeta) {
    return { model: this.#model, created_at: new Date(createdAt).toISOString() };
  }

  #last(piece: AnswerPiece, response: ChatResponse, meta: AnswerMeta): object {
    const warnings: readonly ChatWarning[] = [...meta.warnings, ...toWireWarnings(response.warnings)];
    return {
      ...this.#head(meta),
      ...this.#shape(piece),
      done: true,
      // It stays "stop" with tool calls, and there is no word for a filter.
      done_reason: response.finishReason === 'length' ? 'length' : 'stop',
      // The other durations are not known: a guess would be shown as a speed.
      total_duration: toNanoseconds(meta.latencyMs),
      ...present({
        prompt_eval_count: inputTokens(response.usage),
        eval_count: outputTokens(response.usage),
        warnings: warnings.length === 0 ? undefined : warnings,
      }),
    };
  }
}
