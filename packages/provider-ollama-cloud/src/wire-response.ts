import type { ChatWarning } from '@lakehouse/chat-core';
import { type AnswerLine, answerLineSchema, readLineEnd } from '@lakehouse/provider-ollama';
import { readObject } from '@lakehouse/provider-utils';
import { z } from 'zod';

/** `context`, thousands of numbers, is passed over with everything else that is not listed. */
const generateLine = answerLineSchema.extend({
  response: z.string().nullish(),
  thinking: z.string().nullish(),
  tool_calls: z.unknown().optional(),
});

/** Reads the objects of one answer of `/api/generate`. */
export interface GenerateReader {
  /** Throws `bad-response`. */
  readonly read: (object: unknown, provider: string) => AnswerLine;
  /** What was left out. */
  readonly warnings: () => readonly ChatWarning[];
}

/** A model may write its tool syntax although it was given no tools; nobody could answer such a call. */
export const createGenerateReader = (): GenerateReader => {
  let calledTools = false;
  return {
    read(object, provider) {
      const line = readObject(generateLine, object, provider);
      calledTools ||= Array.isArray(line.tool_calls) && line.tool_calls.length > 0;
      return {
        ...readLineEnd(line),
        content: line.response ?? '',
        thinking: line.thinking ?? '',
        toolCalls: [],
      };
    },
    warnings: () =>
      calledTools
        ? [
            {
              code: 'other',
              message: 'The model called a tool although it was given none; the call was left out',
            },
          ]
        : [],
  };
};
