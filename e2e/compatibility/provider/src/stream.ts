import { type CallContext, ChatError, type ChatEvent, type ChatRequest } from '@lakehouse/chat-core';
import {
  checkFormat,
  createNdjsonDecoder,
  decodeBody,
  ToolCallAssembler,
  toFrameError,
} from '@lakehouse/provider-utils';
import type { Connection } from './connection.js';
import { type Line, readLine, toEnd, toMetadata } from './wire-answer.js';
import { toBody } from './wire-request.js';

/** Asks for one answer; one line is all of a whole one. */
async function* linesOf(
  { call, lineBytes }: Connection,
  body: unknown,
  model: string,
  context: CallContext,
): AsyncGenerator<unknown> {
  const { delivery } = context;
  const response = await call({ method: 'POST', path: 'answer', body, model, delivery }, context);
  if (delivery === 'whole') yield await response.json();
  else yield* decodeBody(response.body, createNdjsonDecoder(lineBytes));
}

function* eventsOf(
  { thinking, seal, text, calls }: Line,
  assembler: ToolCallAssembler,
): Generator<ChatEvent> {
  if (thinking || seal) {
    yield { type: 'reasoning-delta', delta: thinking ?? '', ...(seal && { signature: seal }) };
  }
  if (text) yield { type: 'text-delta', delta: text };
  for (const { seal: mark, ...fragment } of calls ?? []) {
    yield* assembler.push({ ...fragment, providerMetadata: toMetadata({ seal: mark }) });
  }
}

/** `Provider.stream` over a connection. */
export async function* streamAnswer(
  connection: Connection,
  request: ChatRequest,
  context: CallContext,
): AsyncGenerator<ChatEvent> {
  const { id, fault } = connection;
  const { format } = request;
  const { body, model, warnings } = toBody(request, context.delivery === 'stream', id);
  const calls = new ToolCallAssembler();
  let started = false;
  let text = '';
  for await (const value of linesOf(connection, body, model, context)) {
    const line = readLine(value, id);
    if (line.error) throw toFrameError(value, fault(model));
    if (!started) {
      const { id: responseId } = line;
      yield {
        type: 'response-start',
        model,
        ...(responseId && { responseId }),
        ...(warnings.length > 0 && { warnings }),
      };
    }
    started = true;
    if (context.rawChunks) yield { type: 'raw-chunk', chunk: value };
    yield* eventsOf(line, calls);
    text += line.text ?? '';
    if (typeof line.done !== 'string') continue;
    yield* calls.end();
    const mismatch = format === undefined || calls.any ? undefined : checkFormat(format, text);
    yield { type: 'response-end', ...toEnd(line, line.done), ...(mismatch && { warnings: [mismatch] }) };
    return;
  }
  throw new ChatError('bad-response', `${id} cut the answer before its end`, { provider: id, model });
}
