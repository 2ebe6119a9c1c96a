import { type ChatResponse, parseToolArguments, type ToolCall } from '@lakehouse/chat-core';
import { body, parse } from './openai-responses.js';

export interface WireItem {
  readonly type: string;
  readonly id: string;
  readonly status?: string;
  readonly call_id?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly arguments?: string;
  readonly input?: string;
  readonly role?: string;
  readonly summary?: readonly { readonly text: string }[];
  readonly content?: readonly { readonly type: string; readonly text: string }[];
  readonly encrypted_content?: string;
}

interface WireUsage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly total_tokens: number;
  readonly input_tokens_details: { readonly cached_tokens: number };
  readonly output_tokens_details: { readonly reasoning_tokens: number };
}

export interface WireResponse {
  readonly id: string;
  readonly status: string;
  readonly model: string;
  readonly output: readonly WireItem[];
  readonly usage: WireUsage | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly incomplete_details: { readonly reason: string } | null;
  readonly warnings?: readonly object[];
}

/** The fields of all events. */
export interface WireEvent {
  readonly type: string;
  readonly sequence_number: number;
  readonly output_index?: number;
  readonly item_id?: string;
  readonly delta?: string;
  readonly item?: WireItem;
  readonly response?: WireResponse;
  readonly [more: string]: unknown;
}

/** Reads server-sent events; every one has its type twice. */
export const readEvents = (stream: string): WireEvent[] => {
  if (stream !== '' && !stream.endsWith('\n\n')) throw new Error('the last event is not closed');
  return stream
    .split('\n\n')
    .filter((block) => block !== '' && !block.startsWith(':'))
    .map((block) => {
      const [event = '', data = '', ...rest] = block.split('\n');
      if (rest.length > 0 || !event.startsWith('event: ') || !data.startsWith('data: '))
        throw new Error(`not an event: ${block}`);
      const parsed = JSON.parse(data.slice(6)) as WireEvent;
      if (parsed.type !== event.slice(7)) throw new Error(`two types: ${event} ${parsed.type}`);
      return parsed;
    });
};

const announcements: Readonly<Record<string, string>> = {
  'response.output_text.delta': 'message',
  'response.reasoning_summary_text.delta': 'reasoning',
  'response.function_call_arguments.delta': 'function_call',
  'response.custom_tool_call_input.delta': 'custom_tool_call',
};

const payloadOf = (item: WireItem): string => {
  if (item.type === 'function_call') return item.arguments ?? '';
  if (item.type === 'custom_tool_call') return item.input ?? '';
  return (item.summary ?? item.content ?? []).map(({ text }) => text).join('');
};

/**
 * A reader that knows only one open item, as agents do. It holds the stream to its order, and gives the items that it
 * was told; the terminal's response has to say the same.
 */
export const readStream = (
  stream: string,
): { readonly items: readonly WireItem[]; readonly last: WireEvent } => {
  const events = readEvents(stream);
  const items: WireItem[] = [];
  let open: WireItem | undefined;
  let deltas = '';
  for (const [index, event] of events.entries()) {
    if (event.sequence_number !== index)
      throw new Error(`event ${index} is numbered ${event.sequence_number}`);
    if (event.output_index !== undefined && event.output_index !== items.length)
      throw new Error('wrong item');
    if (event.item_id !== undefined && event.item_id !== open?.id)
      throw new Error('an item that is not open');
    const kind = announcements[event.type];
    if (kind !== undefined) {
      if (open?.type !== kind || !event.delta) throw new Error(`${event.type} in ${open?.type}`);
      deltas += event.delta;
    }
    if (event.type === 'response.output_item.added') {
      if (open) throw new Error('two open items');
      open = event.item;
      deltas = '';
    }
    if (event.type === 'response.output_item.done' && event.item) {
      if (open?.id !== event.item.id || open.type !== event.item.type) throw new Error('another item');
      const isSame = payloadOf(event.item) === deltas;
      const isNothing = event.item.type === 'function_call' && event.item.arguments === '{}';
      if (!isSame && !isNothing) throw new Error(`deltas are not the item: ${deltas}`);
      items.push(event.item);
      open = undefined;
    }
  }
  const last = events.at(-1);
  if (!last) throw new Error('an empty stream');
  if (open && last.type !== 'response.failed') throw new Error('an item was left open');
  return { items, last };
};

/** What a program makes of an answer's items: its texts and calls. */
export const readItems = (
  items: readonly WireItem[],
): Pick<ChatResponse, 'content'> & {
  readonly reasoning: string;
  readonly toolCalls: readonly ToolCall[];
} => {
  const textOf = (type: string): string =>
    items
      .filter((item) => item.type === type)
      .map(payloadOf)
      .join('');
  return {
    content: textOf('message'),
    reasoning: textOf('reasoning'),
    toolCalls: items
      .filter(({ type }) => type === 'function_call')
      .map((item) => ({
        id: item.call_id ?? '',
        name: item.name ?? '',
        arguments: parseToolArguments(item.arguments ?? ''),
      })),
  };
};

/** The items handed back as they came, with results of the calls and the next question: the messages of that turn. */
export const handBack = (items: readonly object[]): readonly object[] => {
  const calls = (items as readonly WireItem[]).filter(({ call_id: id }) => id !== undefined);
  const outputs = calls.map((item) => ({
    type: item.type === 'custom_tool_call' ? 'custom_tool_call_output' : 'function_call_output',
    call_id: item.call_id,
    output: 'done',
  }));
  const question = { role: 'user', content: 'Hi' };
  const next = { role: 'user', content: 'go on' };
  return parse({ ...body, input: [question, ...items, ...outputs, next] }).request.messages;
};
