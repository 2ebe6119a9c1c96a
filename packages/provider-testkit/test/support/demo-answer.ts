import type { ChatEvent, FinishReason, Usage } from '@lakehouse/chat-core';
import type { Flaw } from './flaws.js';

/** A line of the made-up wire. */
export interface Line {
  readonly text?: string;
  readonly thought?: string;
  /** The first piece of a call has its id and name. */
  readonly call?: {
    readonly at: number;
    readonly id?: string;
    readonly name?: string;
    readonly args?: string;
  };
  /** Why the answer is at its end. */
  readonly done?: string;
  readonly used?: {
    readonly in_tokens: number;
    readonly out_tokens: number;
    readonly thought_tokens?: number;
  };
  readonly error?: unknown;
}

/** `out_tokens` counts the thoughts too. */
const toUsage = ({ used }: Line, flaw: Flaw | undefined): Usage | undefined => {
  if (!used) return flaw === 'makes up usage' ? { input: 0, output: 0 } : undefined;
  const { in_tokens: input, out_tokens: output, thought_tokens: reasoning = 0 } = used;
  return {
    input,
    output: flaw === 'counts twice' ? output : output - reasoning,
    ...(reasoning > 0 && { reasoning }),
  };
};

/** The events of one line, but for its end. */
export function* toEvents({ text, thought, call }: Line, flaw: Flaw | undefined): Generator<ChatEvent> {
  if (text !== undefined) yield { type: 'text-delta', delta: text };
  if (thought !== undefined && flaw !== 'loses reasoning') yield { type: 'reasoning-delta', delta: thought };
  if (!call) return;
  const { at, id, name, args } = call;
  yield {
    type: 'tool-call-delta',
    index: at,
    ...(id !== undefined && flaw !== 'loses the call id' && { id }),
    ...(name !== undefined && { name }),
    ...(args !== undefined && !(flaw === 'cuts arguments' && id === undefined) && { argumentsDelta: args }),
  };
}

const reasons: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool_calls',
};

/** The last event. */
export const toEnd = (last: Line, flaw: Flaw | undefined): ChatEvent => {
  const word = last.done ?? 'stop';
  const finishReason = reasons[word] ?? 'other';
  const usage = toUsage(last, flaw);
  return {
    type: 'response-end',
    finishReason,
    ...(word !== finishReason && flaw !== 'forgets the reason' && { rawFinishReason: word }),
    ...(usage && { usage }),
  };
};
