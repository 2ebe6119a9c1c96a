import { type ChatEvent, type ChatRequest, isChatError } from '@lakehouse/chat-core';
import type { AnswerMeta, ChatExchange, ChatRoute, RouteInput } from '../../src/front.js';
import { openaiResponsesFront } from '../../src/openai-responses/front.js';

const isAsking = (route: (typeof openaiResponsesFront.routes)[number]): route is ChatRoute =>
  route.kind === 'chat' && route.path === '/v1/responses';

const [chatRoute] = openaiResponsesFront.routes.filter(isAsking);

/** Parses a body as the host does. */
export const parse = (body: unknown): ChatExchange => {
  if (!chatRoute) throw new Error('no chat route');
  return chatRoute.parse({ body, params: {}, headers: {} } satisfies RouteInput);
};

export const body = { model: 'm', input: 'Hi' };

/** The request that comes of a body with these fields. */
export const requestOf = (fields: object): ChatRequest => parse({ ...body, ...fields }).request;

/** The messages that come of these items. */
export const messagesOf = (...input: readonly object[]): ChatRequest['messages'] =>
  requestOf({ input }).messages;

/** `path | code`, for each warning. */
export const warningsOf = (fields: object): readonly string[] =>
  parse({ ...body, ...fields }).warnings.map(({ parameter, code }) => `${parameter ?? '-'} | ${code}`);

/** `code path | message` of the error that a body throws. */
export const problemOf = (fields: object): string => {
  try {
    parse({ ...body, ...fields });
  } catch (error) {
    if (isChatError(error)) return `${error.code} ${error.path ?? '-'} | ${error.message}`;
    throw error;
  }
  return 'none';
};

export const meta: AnswerMeta = {
  requestId: 'r-1',
  provider: 'lab',
  createdAt: 1_700_000_000_999,
  latencyMs: 5,
  attempts: [],
  warnings: [],
};

export const start: ChatEvent = { type: 'response-start', model: 'lab-m' };
export const end: ChatEvent = { type: 'response-end', finishReason: 'stop' };
export const text = (delta: string): ChatEvent => ({ type: 'text-delta', delta });
export const reasoning = (delta: string, signature?: string): ChatEvent => ({
  type: 'reasoning-delta',
  delta,
  ...(signature !== undefined && { signature }),
});
export const call = (index: number, argumentsDelta: string, more: object = {}): ChatEvent => ({
  type: 'tool-call-delta',
  index,
  argumentsDelta,
  ...more,
});

/** The stream of these events, as a client gets it. */
export const encode = (events: readonly ChatEvent[], fields: object = {}): string => {
  const encoder = parse({ ...body, ...fields }).createEncoder(() => meta);
  return events.map((event) => encoder.push(event)).join('') + encoder.end();
};
