import { parseToolArguments, type ReasoningSegment } from '@lakehouse/chat-core';
import { anthropicFront } from '../../src/anthropic/front.js';
import type { AnswerMeta, ChatExchange, ChatRoute } from '../../src/front.js';

export const meta: AnswerMeta = {
  requestId: 'r-1',
  provider: 'lab',
  createdAt: 0,
  latencyMs: 5,
  attempts: [],
  warnings: [],
};

const chatRoute = anthropicFront.routes[0] as ChatRoute;

/** The exchange of one body, as a host gets it. */
export const exchangeOf = (body: unknown): ChatExchange => chatRoute.parse({ body, params: {}, headers: {} });

export const least = { model: 'm', max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] };

/** The exchange of the least body with some more fields. */
export const parse = (fields: object): ChatExchange => exchangeOf({ ...least, ...fields });

export interface Block {
  type: string;
  text?: string;
  thinking?: string;
  signature?: string;
  data?: string;
  id?: string;
  name?: string;
  input?: unknown;
  provider_metadata?: unknown;
}

interface AssembledMessage {
  [key: string]: unknown;
  content: Block[];
  usage: Record<string, unknown>;
}

interface ReadEvent {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Reads server-sent events as the SDK does: what has no `event:` line is not delivered. */
export const readNamedEvents = (text: string): ReadEvent[] => {
  if (text !== '' && !text.endsWith('\n\n')) throw new Error('the last event is not closed');
  return text
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => {
      const [first = '', second = '', ...more] = block.split('\n');
      if (!first.startsWith('event: ') || !second.startsWith('data: ') || more.length > 0) {
        throw new Error(`not an event: ${block}`);
      }
      const data = JSON.parse(second.slice(6)) as Record<string, unknown>;
      if (data.type !== first.slice(7)) throw new Error('the type of the data is another one');
      return { event: first.slice(7), data };
    });
};

const grow: Readonly<Record<string, (block: Block, delta: Record<string, string>) => void>> = {
  text_delta: (block, { text }) => {
    block.text += text ?? '';
  },
  thinking_delta: (block, { thinking }) => {
    block.thinking += thinking ?? '';
  },
  signature_delta: (block, { signature }) => {
    block.signature = signature ?? '';
  },
  input_json_delta: (block, { partial_json }) => {
    block.input = ((block.input as string | undefined) ?? '') + (partial_json ?? '');
  },
};

/** A client that holds the order of events against the protocol, and throws for an `error` event. */
export const assemble = (events: readonly ReadEvent[]): AssembledMessage => {
  let message: AssembledMessage | undefined;
  let open = false;
  let ended = false;
  let stopped = false;
  for (const { event, data } of events) {
    if (event === 'ping') continue;
    if (event === 'error') throw new Error((data.error as { message: string }).message);
    if (stopped) throw new Error(`${event} after message_stop`);
    if (event === 'message_start') {
      if (message) throw new Error('a second message_start');
      message = structuredClone(data.message) as AssembledMessage;
      continue;
    }
    if (!message) throw new Error(`${event} before message_start`);
    if (event === 'content_block_start') {
      if (open || ended || data.index !== message.content.length) throw new Error('a block out of order');
      const block = data.content_block as Block;
      if (block.type === 'tool_use' && JSON.stringify(block.input) !== '{}')
        throw new Error('an early input');
      message.content.push({ ...block, ...(block.type === 'tool_use' && { input: '' }) });
      open = true;
    } else if (event === 'content_block_delta' || event === 'content_block_stop') {
      const block = message.content.at(-1);
      if (!open || !block || data.index !== message.content.length - 1) throw new Error('no such open block');
      if (event === 'content_block_delta') {
        const delta = data.delta as Record<string, string>;
        grow[delta.type ?? '']?.(block, delta);
      } else {
        open = false;
        if (block.type === 'tool_use') block.input = readInput(block.input as string);
      }
    } else if (event === 'message_delta') {
      if (open) throw new Error('the end inside of a block');
      ended = true;
      Object.assign(message, data.delta, data.warnings === undefined ? {} : { warnings: data.warnings });
      for (const [name, value] of Object.entries(data.usage as object)) {
        if (value !== null) message.usage[name] = value as unknown;
      }
    } else if (event === 'message_stop') {
      if (!ended) throw new Error('message_stop without message_delta');
      stopped = true;
    } else throw new Error(`an unknown event ${event}`);
  }
  if (!message || !stopped) throw new Error('the stream was cut');
  return message;
};

const readInput = (text: string): unknown => {
  const value = text === '' ? {} : parseToolArguments(text);
  return typeof value === 'string' ? { unparsed_arguments: value } : value;
};

/** The blocks of a message, apart from how text and unsigned reasoning are cut into blocks. */
export const contentFacts = (blocks: readonly Block[]) => {
  const segments: ReasoningSegment[] = [];
  let open = '';
  for (const { type, thinking = '', signature } of blocks) {
    if (type !== 'thinking') continue;
    open += thinking;
    if (signature === 'unsigned') continue;
    segments.push({ text: open, signature: signature ?? '' });
    open = '';
  }
  return {
    text: blocks.map(({ text = '' }) => text).join(''),
    segments,
    open,
    redacted: blocks.flatMap(({ data }) => data ?? []),
    calls: blocks.filter(({ type }) => type === 'tool_use'),
  };
};
