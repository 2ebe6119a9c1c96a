import type { JsonObject, Usage } from '@lakehouse/chat-core';
import { readObject } from '@lakehouse/provider-utils';
import { z } from 'zod';
import { boundedList } from './bounded-list.js';

/** A tool call that is complete: these servers never send one in pieces. */
export interface AnswerToolCall {
  /** Absent from servers older than late 2025. */
  readonly id: string | undefined;
  /** Name of the function to call. */
  readonly name: string;
  /** An object, or what the model wrote where that was none. */
  readonly arguments: unknown;
}

/** One object of an answer, whichever endpoint it came from. */
export interface AnswerLine {
  /** The next piece of text, maybe empty. */
  readonly content: string;
  /** The next piece of reasoning, maybe empty. */
  readonly thinking: string;
  /** Complete calls that came with this object. */
  readonly toolCalls: readonly AnswerToolCall[];
  /** The upstream says that the answer is complete. */
  readonly done: boolean;
  /** The upstream's word for why it ended. */
  readonly doneReason: string | undefined;
  /** Only in the last object. */
  readonly usage: Usage | undefined;
  /** What has no common field: durations, and where a cloud model ran. */
  readonly details: JsonObject | undefined;
}

const toolCall = z.object({
  id: z.string().nullish(),
  function: z.object({ name: z.string().min(1), arguments: z.unknown().optional() }),
});

/** The members that the lines of `/api/chat` and `/api/generate` have in common; others are passed over. */
export const answerLineSchema = z.object({
  done: z.boolean().nullish(),
  done_reason: z.string().nullish(),
  prompt_eval_count: z.number().nullish(),
  eval_count: z.number().nullish(),
  total_duration: z.number().nullish(),
  load_duration: z.number().nullish(),
  remote_model: z.string().nullish(),
  remote_host: z.string().nullish(),
});

const chatLine = answerLineSchema.extend({
  message: z
    .object({
      content: z.string().nullish(),
      thinking: z.string().nullish(),
      tool_calls: boundedList(toolCall).nullish(),
    })
    .nullish(),
});

const nanosecondsPerMs = 1e6;

const toUsage = (line: z.infer<typeof answerLineSchema>): Usage | undefined => {
  const { prompt_eval_count: input, eval_count: output } = line;
  if (typeof input !== 'number' && typeof output !== 'number') return undefined;
  return {
    ...(typeof input === 'number' && { input }),
    ...(typeof output === 'number' && { output }), // reasoning included, it is not counted apart
  };
};

const toDetails = (line: z.infer<typeof answerLineSchema>): JsonObject | undefined => {
  const details = {
    ...(line.total_duration && { totalMs: line.total_duration / nanosecondsPerMs }),
    ...(line.load_duration && { loadMs: line.load_duration / nanosecondsPerMs }),
    ...(line.remote_model && { remoteModel: line.remote_model }),
    ...(line.remote_host && { remoteHost: line.remote_host }),
  };
  return Object.keys(details).length > 0 ? details : undefined;
};

/** What the members of `answerLineSchema` say. */
export const readLineEnd = (
  line: z.infer<typeof answerLineSchema>,
): Pick<AnswerLine, 'done' | 'doneReason' | 'usage' | 'details'> => ({
  done: line.done === true,
  doneReason: line.done_reason || undefined,
  usage: toUsage(line),
  details: toDetails(line),
});

/** Reads an object of `/api/chat`. Throws `bad-response`. */
export const readChatLine = (value: unknown, provider: string): AnswerLine => {
  const line = readObject(chatLine, value, provider);
  return {
    ...readLineEnd(line),
    content: line.message?.content ?? '',
    thinking: line.message?.thinking ?? '',
    toolCalls: (line.message?.tool_calls ?? []).map(({ id, function: { name, arguments: value } }) => ({
      id: id || undefined,
      name,
      arguments: value,
    })),
  };
};
