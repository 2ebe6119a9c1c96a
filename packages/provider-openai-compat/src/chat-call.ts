import type { CallContext, ChatEvent, ChatRequest, ChatWarning } from '@lakehouse/chat-core';
import type { UpstreamResponse } from '@lakehouse/provider-utils';
import { type CallPlace, toStatusError } from './answer-fault.js';
import { correct } from './correction.js';
import { readFrames } from './frames.js';
import { Grace } from './grace.js';
import type { Quirks } from './quirks.js';
import type { Server } from './server.js';
import { toWireRequest } from './wire-request.js';
import { AnswerReader } from './wire-response.js';

export const isOk = ({ status }: UpstreamResponse): boolean => status >= 200 && status < 300;

interface Asked {
  readonly response: UpstreamResponse;
  readonly warnings: readonly ChatWarning[];
}

/** Sends the request; when the server names a parameter that it does not take, once more without it. */
const ask = async (
  server: Server,
  request: ChatRequest,
  delivery: CallContext['delivery'],
  place: CallPlace,
  signal: AbortSignal,
): Promise<Asked> => {
  const { id, upstream } = server;
  const send = async (quirks: Quirks, warnings: readonly ChatWarning[]): Promise<Asked> => {
    const wire = toWireRequest(request, { provider: id, quirks, delivery });
    const response = await upstream.request({
      method: 'POST',
      path: 'chat/completions',
      body: wire.body,
      signal,
      model: request.model,
      delivery,
    });
    return { response, warnings: [...warnings, ...wire.warnings] };
  };
  const first = await send(server.quirks, []);
  if (isOk(first.response)) return first;
  const text = await first.response.text();
  const correction = first.response.status === 400 ? correct(text, request, server.quirks, id) : undefined;
  if (!correction) throw await toStatusError(first.response, text, place);
  const second = await send(correction.quirks, correction.warnings);
  if (isOk(second.response)) return second;
  throw await toStatusError(second.response, await second.response.text(), place);
};

/** One chat call from its first byte to its last event. Throws what went wrong as it is. */
export async function* callChat(
  server: Server,
  request: ChatRequest,
  context: CallContext,
  place: CallPlace,
): AsyncGenerator<ChatEvent> {
  const hangUp = new AbortController();
  const signal = AbortSignal.any([context.signal, hangUp.signal]);
  const { response, warnings } = await ask(server, request, context.delivery, place, signal);
  const reader = new AnswerReader({
    place,
    model: request.model,
    quirks: server.quirks,
    warnings,
    status: response.status,
    headers: response.headers,
    rawChunks: context.rawChunks ?? false,
    format: request.format,
    strict: request.strict ?? false,
  });
  const grace = new Grace(() => hangUp.abort());
  let done = false;
  try {
    for await (const frame of readFrames(response.body, server.upstream.limits)) {
      grace.stop();
      if (frame.type === 'done' && !done) {
        done = true;
        grace.renew();
      }
      yield* reader.push(frame);
      if (done || reader.complete) grace.start();
    }
  } catch (error) {
    // After the finish reason a broken connection costs the usage at most.
    if (context.signal.aborted || !(reader.complete || hangUp.signal.aborted)) throw error;
  } finally {
    grace.stop();
  }
  context.signal.throwIfAborted();
  yield* reader.end();
}
