import type { CallContext, ChatEvent, ChatRequest, ChatWarning } from '@lakehouse/chat-core';
import type { UpstreamResponse } from '@lakehouse/provider-utils';
import { type CallPlace, toPlacedError, toStatusError } from './answer-fault.js';
import { correct } from './correction.js';
import { FrameDecoder } from './frames.js';
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
  // It does not wait: nothing keeps the body, which may hold images, while the answer is waited for.
  const begin = (quirks: Quirks): { readonly begun: Promise<UpstreamResponse> } & Pick<Asked, 'warnings'> => {
    const { body, warnings } = toWireRequest(request, { provider: id, quirks, delivery });
    const { model } = request;
    const begun = upstream.request({
      method: 'POST',
      path: 'chat/completions',
      body,
      signal,
      model,
      delivery,
    });
    return { begun, warnings };
  };
  const { begun, warnings } = begin(server.quirks);
  const response = await begun;
  if (isOk(response)) return { response, warnings };
  const text = await response.text();
  const correction = response.status === 400 ? correct(text, request, server.quirks, id) : undefined;
  if (!correction) throw await toStatusError(response, text, place);
  const again = begin(correction.quirks);
  const second = await again.begun;
  if (!isOk(second)) throw await toStatusError(second, await second.text(), place);
  return { response: second, warnings: [...correction.warnings, ...again.warnings] };
};

/** What one step gave, and what ended it: the events before a failure come first. */
interface Step {
  readonly events: ChatEvent[];
  readonly failure?: { readonly error: unknown };
}

const takeStep = (work: (events: ChatEvent[]) => void): Step => {
  const events: ChatEvent[] = [];
  try {
    work(events);
    return { events };
  } catch (error) {
    return { events, failure: { error } };
  }
};

/**
 * One chat call from its first byte to its last event, in batches of what came together; the last one is returned. `check` is
 * called first; like everything else it throws what went wrong, which `place` makes an error of this provider.
 */
export async function* callChat(
  server: Server,
  request: ChatRequest,
  context: CallContext,
  place: CallPlace,
  check: () => void,
): AsyncGenerator<readonly ChatEvent[], readonly ChatEvent[]> {
  const { signal } = context;
  let grace: Grace | undefined;
  try {
    check();
    signal.throwIfAborted();
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
    const decoder = new FrameDecoder(server.upstream.limits);
    let hungUp = false;
    let done = false;
    grace = new Grace(() => {
      hungUp = true;
      response.discard();
    });
    let rest: ChatEvent[] = [];
    try {
      for await (const piece of response.body) {
        grace.stop();
        const { events, failure } = takeStep((found) => {
          for (const frame of decoder.push(piece)) {
            if (frame.type === 'done' && !done) {
              done = true;
              grace?.renew();
            }
            found.push(...reader.push(frame));
          }
        });
        if (events.length > 0) yield events;
        if (failure) throw failure.error;
        if (done || reader.complete) grace.start();
      }
      const { events, failure } = takeStep((found) => {
        for (const frame of decoder.end()) found.push(...reader.push(frame));
      });
      rest = events;
      if (failure) throw failure.error;
    } catch (error) {
      // After the finish reason a broken connection costs the usage at most.
      if (signal.aborted || !(reader.complete || hungUp)) {
        if (rest.length > 0) yield rest;
        throw error;
      }
    }
    const { events, failure } = takeStep((found) => {
      signal.throwIfAborted();
      found.push(...reader.end());
    });
    const last = [...rest, ...events];
    if (!failure) return last;
    if (last.length > 0) yield last;
    throw failure.error;
  } catch (error) {
    throw toPlacedError(error, place, signal);
  } finally {
    grace?.stop();
  }
}
