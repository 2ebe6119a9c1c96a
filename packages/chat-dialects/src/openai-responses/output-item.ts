import type { JsonObject, ToolCall } from '@lakehouse/chat-core';
import { type Carrier, encodeCarrier } from './carrier.js';
import { toItemId } from './item-id.js';
import type { ToolIdentity } from './tools.js';

// The items of an answer, as they stand in `output` and in `response.output_item.done`.

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

export interface ReasoningItem {
  readonly type: 'reasoning';
  readonly id: string;
  readonly summary: readonly SummaryPart[];
  readonly encrypted_content?: string;
}

export interface SummaryPart {
  readonly type: 'summary_text';
  readonly text: string;
}

export interface MessageItem {
  readonly type: 'message';
  readonly id: string;
  readonly status: ItemStatus;
  readonly role: 'assistant';
  readonly content: readonly OutputTextPart[];
}

export interface OutputTextPart {
  readonly type: 'output_text';
  readonly text: string;
  readonly annotations: readonly never[];
  readonly logprobs: readonly never[];
}

export type CallItem = {
  readonly id: string;
  readonly status: ItemStatus;
  readonly call_id: string;
  readonly name: string;
  readonly namespace?: string;
} & (
  | { readonly type: 'function_call'; readonly arguments: string }
  | { readonly type: 'custom_tool_call'; readonly input: string }
);

export type OutputItem = ReasoningItem | MessageItem | CallItem;

/** Where an item stands. */
export interface ItemPlace {
  /** Of the answer; ids are made from it. */
  readonly answer: string;
  readonly index: number;
}

export const toSummary = (text: string): readonly SummaryPart[] =>
  text === '' ? [] : [{ type: 'summary_text', text }];

/**
 * Reasoning as a summary, because that is what clients show, and with everything that has to come back in
 * `encrypted_content`, whether or not `include` asks for it: a client that hands items back brings it all.
 */
export const toReasoningItem = (
  { answer, index }: ItemPlace,
  text: string,
  carrier: Omit<Carrier, 'answer'>,
): ReasoningItem => ({
  type: 'reasoning',
  id: toItemId('rs', answer, index),
  summary: toSummary(text),
  encrypted_content: encodeCarrier({ answer, ...carrier }),
});

export const toTextPart = (text: string): OutputTextPart => ({
  type: 'output_text',
  text,
  annotations: [],
  logprobs: [],
});

export const toMessageItem = (
  { answer, index }: ItemPlace,
  text: string,
  status: ItemStatus,
): MessageItem => ({
  type: 'message',
  id: toItemId('msg', answer, index),
  status,
  role: 'assistant',
  content: [toTextPart(text)],
});

/** A call by the caller's name of the tool; `payload` is what `toPayload` says. */
export const toCallItem = (
  { answer, index }: ItemPlace,
  id: string,
  { kind, ...names }: ToolIdentity,
  payload: string,
  status: ItemStatus,
): CallItem =>
  kind === 'custom'
    ? {
        type: 'custom_tool_call',
        id: toItemId('ctc', answer, index),
        status,
        call_id: id,
        ...names,
        input: payload,
      }
    : {
        type: 'function_call',
        id: toItemId('fc', answer, index),
        status,
        call_id: id,
        ...names,
        arguments: payload,
      };

const toText = (value: ToolCall['arguments']): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

const toInput = (value: JsonObject | string): string =>
  typeof value === 'object' && typeof value.input === 'string' ? value.input : toText(value);

/** What a call hands to its tool: JSON text, or the one text of a custom tool. */
export const toPayload = (value: ToolCall['arguments'], { kind }: ToolIdentity): string =>
  kind === 'custom' ? toInput(value) : toText(value);
