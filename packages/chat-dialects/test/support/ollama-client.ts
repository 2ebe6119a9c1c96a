import type { ReasoningSegment } from '@lakehouse/chat-core';

/** An object of an answer, as a client reads it. */
export interface WireObject {
  readonly model?: string;
  readonly created_at?: string;
  readonly message?: WireMessage;
  readonly response?: string;
  readonly thinking?: string;
  readonly tool_calls?: readonly unknown[];
  readonly done?: boolean;
  readonly done_reason?: string;
  readonly error?: string;
  readonly [more: string]: unknown;
}

interface WireMessage {
  readonly role: string;
  readonly content: string;
  readonly thinking?: string;
  readonly tool_calls?: readonly unknown[];
  readonly reasoning_segments?: readonly ReasoningSegment[];
  readonly provider_metadata?: object;
}

/** Reads JSON lines as the strictest client does: every line is parsed, an empty one is a failure. */
export const readLines = (text: string): WireObject[] => {
  if (text === '') return [];
  if (!text.endsWith('\n')) throw new Error('the last line is not closed');
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line) as WireObject);
};

/** What a client makes of a stream of `/api/chat`: the last object, with the message added up. */
export const assembleChat = (lines: readonly WireObject[]): WireObject => {
  let content = '';
  let thinking = '';
  const calls: unknown[] = [];
  for (const line of lines) {
    if ('error' in line) throw new Error(line.error);
    if (line.message?.role !== 'assistant') throw new Error('a line without a message of the assistant');
    content += line.message.content;
    thinking += line.message.thinking ?? '';
    calls.push(...(line.message.tool_calls ?? []));
    if (!line.done) continue;
    const message = {
      ...line.message,
      content,
      ...(thinking !== '' && { thinking }),
      ...(calls.length > 0 && { tool_calls: calls }),
    };
    return { ...line, message };
  }
  throw new Error('Did not receive done or success response in stream.');
};

/** The same of `/api/generate`. */
export const assembleGenerate = (lines: readonly WireObject[]): WireObject => {
  let response = '';
  let thinking = '';
  for (const line of lines) {
    if ('error' in line) throw new Error(line.error);
    response += line.response as string;
    thinking += line.thinking ?? '';
    if (line.done) return { ...line, response, ...(thinking !== '' && { thinking }) };
  }
  throw new Error('Did not receive done or success response in stream.');
};
