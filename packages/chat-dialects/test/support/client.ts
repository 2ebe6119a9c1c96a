import {
  type ChatWarning,
  type ProviderMetadata,
  parseToolArguments,
  type ReasoningSegment,
} from '@lakehouse/chat-core';
import type { NativeAnswer, NativeToolCallAnswer } from '../../src/index.js';

/** The fields of all events; the facts of `response_end` come on top. */
export interface WireEvent {
  readonly type: string;
  readonly index?: number;
  readonly id?: string;
  readonly name?: string;
  readonly delta?: string;
  readonly signature?: string;
  readonly arguments_delta?: string;
  readonly provider_metadata?: ProviderMetadata;
  readonly warnings?: readonly ChatWarning[];
}

/** Reads server-sent events as the standard says: blocks of lines, comments ignored. */
export const readEvents = (text: string): WireEvent[] => {
  if (text !== '' && !text.endsWith('\n\n')) throw new Error('the last event is not closed');
  return text
    .split('\n\n')
    .map((block) => block.split('\n').filter((line) => line !== '' && !line.startsWith(':')))
    .filter((lines) => lines.length > 0)
    .map((lines) => {
      const data = lines.map((line) => {
        if (!line.startsWith('data: ')) throw new Error(`not a data line: ${line}`);
        return line.slice('data: '.length);
      });
      return JSON.parse(data.join('\n')) as WireEvent;
    });
};

interface OpenCall {
  id: string;
  name: string;
  text: string;
  metadata?: ProviderMetadata | undefined;
}

/** What a client makes of the events: the whole answer. It is written against the wire only. */
export const reassemble = (events: readonly WireEvent[]): NativeAnswer => {
  const of = (type: string): WireEvent[] => events.filter((event) => event.type === type);
  const joined = (type: string): string =>
    of(type)
      .map(({ delta }) => delta)
      .join('');
  const calls: OpenCall[] = [];
  for (const { index = -1, id = '', name = '', arguments_delta, provider_metadata } of of(
    'tool_call_delta',
  )) {
    const call = calls[index] ?? { id, name, text: '' };
    calls[index] = call;
    call.text += arguments_delta ?? '';
    call.metadata = provider_metadata ?? call.metadata;
  }
  const segments: ReasoningSegment[] = [];
  let open = '';
  for (const { delta = '', signature } of of('reasoning_delta')) {
    open += delta;
    if (signature === undefined) continue;
    segments.push({ text: open, signature });
    open = '';
  }
  if (segments.length > 0 && open !== '') segments.push({ text: open });
  const { type: _, ...facts } = events.at(-1) ?? {};
  const reasoning = joined('reasoning_delta');
  return {
    ...facts,
    content: joined('text_delta'),
    ...(reasoning !== '' && { reasoning }),
    ...(segments.length > 0 && { reasoning_segments: segments }),
    ...(calls.length > 0 && { tool_calls: calls.map(toAnswer) }),
  } as unknown as NativeAnswer;
};

const toAnswer = ({ id, name, text, metadata }: OpenCall): NativeToolCallAnswer => ({
  id,
  name,
  arguments: parseToolArguments(text),
  ...(metadata !== undefined && { provider_metadata: metadata }),
});
