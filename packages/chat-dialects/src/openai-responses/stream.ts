import { type ChatError, type ChatEvent, type ChatResponse, Collector } from '@lakehouse/chat-core';
import type { AnswerMeta, AnswerSize, StreamEncoder } from '../front.js';
import { createHeldEncoder } from '../held-encoder.js';
import { type ResponseState, toCallMetadata, toEnding, toResponseObject, toWarnings } from './answer.js';
import type { Carrier } from './carrier.js';
import { toFailure, toResponsesErrorObject } from './error.js';
import { ItemWriter } from './item-writer.js';
import type { ParsedResponsesRequest } from './request.js';

/** What of a whole answer its items could not say. */
const toCarrier = (response: ChatResponse): Omit<Carrier, 'answer' | 'reasoning'> | undefined => {
  const { providerMetadata: metadata } = response;
  const calls = toCallMetadata(response);
  if (!metadata && calls.length === 0) return undefined;
  return { ...(metadata && { metadata }), ...(calls.length > 0 && { calls }) };
};

/**
 * One encoder for one stream. The terminal is `response.completed` or `response.incomplete`. A failure is an `error`, which
 * makes the SDKs throw, and `response.failed`, which Codex waits for.
 */
export const createResponsesStreamEncoder = (
  parsed: ParsedResponsesRequest,
  meta: () => AnswerMeta,
  size?: AnswerSize,
): StreamEncoder => {
  let { model } = parsed.request;
  let sequence = 0;

  const encodeEvent = (type: string, fields: object): string => {
    const data = JSON.stringify({ type, sequence_number: sequence, ...fields });
    sequence += 1;
    return `event: ${type}\ndata: ${data}\n\n`;
  };
  const encode = (type: string, fields: object): string => encodeEvent(`response.${type}`, fields);
  const writer = new ItemWriter({ answer: meta().requestId, tools: parsed.tools, encode });

  const encodeState = (
    type: string,
    state: Omit<ResponseState, 'model' | 'output'>,
    more: object = {},
  ): string => {
    const response = toResponseObject(parsed, meta(), { ...state, model, output: writer.items });
    return encode(type, { response: { ...response, ...more } });
  };

  const write = (event: ChatEvent): string => {
    switch (event.type) {
      case 'response-start':
        model = event.model;
        return (
          encodeState('created', { status: 'in_progress' }) +
          encodeState('in_progress', { status: 'in_progress' })
        );
      case 'text-delta':
        return writer.addText(event.delta);
      case 'reasoning-delta':
        return writer.addReasoning(event);
      case 'tool-call-delta':
        return writer.addCall(event);
      default: // the end, which is held back; raw chunks, and types of a later version
        return '';
    }
  };

  const finish = (response: ChatResponse): string => {
    const ending = toEnding(response);
    const items = writer.end(
      ending.status === 'incomplete' ? 'incomplete' : 'completed',
      toCarrier(response),
    );
    const { usage } = response;
    return items + encodeState(ending.status, { ...ending, usage }, toWarnings(response, meta()));
  };

  const fail = (failure: ChatError): string => {
    const object = toResponsesErrorObject(failure);
    // The fields stand twice, because OpenAI sends them nested and documents them flat.
    return (
      encodeEvent('error', { ...object, type: 'error', error: object }) +
      encodeState('failed', { status: 'failed', error: toFailure(failure) })
    );
  };

  return createHeldEncoder(new Collector(size), { write, finish, fail, keepAlive: () => ': keep-alive\n\n' });
};
