import type { ChatEvent, ChatRequest, ChatWarning, FinishReason } from '@lakehouse/chat-core';
import { checkFormat, generateToolCallId } from '@lakehouse/provider-utils';
import type { LlamaContextSequence } from 'node-llama-cpp';
import type { PreparedPlan } from './generate.js';
import type { LoadedModel } from './loaded-model.js';

/** What an answer is made of. */
export interface AnswerJob {
  readonly request: ChatRequest;
  readonly loaded: LoadedModel;
  readonly plan: PreparedPlan;
  readonly sequence: LlamaContextSequence;
  /** Tells what the library tells, too. */
  readonly rawChunks: boolean;
  /** Stops the generation at the next token. */
  readonly signal: AbortSignal;
}

/** The library's words for the end of an answer. */
const finishReasons: Readonly<Record<string, FinishReason>> = {
  eogToken: 'stop',
  stopGenerationTrigger: 'stop',
  customStopTrigger: 'stop',
  functionCalls: 'tool_calls',
  maxTokens: 'length',
  contextFull: 'length',
};

/** Generates one answer and tells it event by event, `response-end` included; rejects when it is stopped. */
export const generateAnswer = async (
  { request, loaded, plan, sequence, rawChunks, signal }: AnswerJob,
  push: (event: ChatEvent) => void,
): Promise<void> => {
  let calls = 0;
  let text = '';
  const { stopReason, outputTokens } = await loaded.answer(plan, sequence, signal, {
    text(chunk) {
      if (rawChunks) push({ type: 'raw-chunk', chunk });
      const { type, text: delta } = chunk;
      if (delta === '') return; // a segment that begins or ends
      if (type === 'segment') {
        push({ type: 'reasoning-delta', delta });
        return;
      }
      if (request.format !== undefined) text += delta;
      push({ type: 'text-delta', delta });
    },
    call(name, params) {
      const argumentsDelta = JSON.stringify(params ?? {});
      push({ type: 'tool-call-delta', index: calls, id: generateToolCallId(), name, argumentsDelta });
      calls += 1;
    },
  });
  const finishReason = finishReasons[stopReason] ?? 'other';
  // The grammar holds an answer to its structure; what a schema says beyond that, and an early end, are looked at here.
  const mismatch: ChatWarning | undefined =
    request.format === undefined ? undefined : checkFormat(request.format, text);
  push({
    type: 'response-end',
    finishReason,
    rawFinishReason: stopReason,
    usage: { input: plan.prompt.length, output: outputTokens },
    ...(mismatch && { warnings: [mismatch] }),
  });
};
