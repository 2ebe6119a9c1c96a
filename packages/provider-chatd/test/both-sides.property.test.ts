import {
  type ChatError,
  type ChatEvent,
  type ChatRequest,
  type ChatResponse,
  collect,
  ChatError as ErrorClass,
  type ErrorCode,
  errorTable,
  toChatError,
} from '@lakehouse/chat-core';
import {
  createNativeStreamEncoder,
  formatNativeError,
  formatNativeResponse,
  type NativeResponseMeta,
  parseNativeRequest,
} from '@lakehouse/chat-dialects';
import { createSseDecoder } from '@lakehouse/provider-utils';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { chatRequest, jsonObject } from '../../chat-dialects/test/support/arbitraries.js';
import { createAnswerReader } from '../src/answer-reader.js';
import { toStreamError } from '../src/wire-error.js';
import { toChatBody, withProviderOptions } from '../src/wire-request.js';

// The wire has two sides, chat-dialects and this package; these tests hold them against each other.

const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

it('chatd reads a request as it was meant, and warns of nothing', () => {
  fc.assert(
    fc.property(chatRequest, ({ providerOptions, ...request }) => {
      const options = providerOptions && { chatd: { provider_options: providerOptions } };
      const asked: ChatRequest = { ...request, ...(options && { providerOptions: options }) };
      const { request: read, warnings } = parseNativeRequest(
        throughJson(withProviderOptions(toChatBody(asked), asked, ['chatd', 'lab'])),
      );
      expect(read).toEqual(throughJson({ ...request, ...(providerOptions && { providerOptions }) }));
      expect(warnings).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

const text = fc.string({ unit: 'binary' });
const bucket = fc.option(fc.nat(), { nil: undefined });
const metadata = fc.option(fc.record({ openrouter: jsonObject }), { nil: undefined });
const warning = fc.record(
  {
    code: fc.constantFrom('parameter-dropped' as const, 'answer-mismatch' as const, 'other' as const),
    parameter: fc.constantFrom('maxTokens', 'toolChoice', 'messages', 'seed'),
    message: fc.constantFrom('it was left out', 'it was changed'),
  },
  { requiredKeys: ['code', 'message'] },
);
const warnings = fc.array(warning, { maxLength: 3 });

const delta = fc.oneof(
  fc.record({ type: fc.constant('text-delta' as const), delta: text }),
  fc.record(
    { type: fc.constant('reasoning-delta' as const), delta: text, signature: text },
    { requiredKeys: ['type', 'delta'] },
  ),
);

const answer = fc
  .record({
    deltas: fc.array(delta),
    calls: fc.array(fc.record({ given: fc.oneof(fc.json(), text), metadata }), { maxLength: 3 }),
    usage: fc.record({
      input: bucket,
      cacheRead: bucket,
      output: bucket,
      reasoning: bucket,
      costUsd: bucket,
    }),
    finishReason: fc.constantFrom('stop' as const, 'length' as const, 'content_filter' as const),
    startWarnings: warnings,
    endWarnings: warnings,
    metadata,
    details: metadata,
  })
  .map(({ deltas, calls, usage, finishReason, startWarnings, endWarnings, metadata, details }) =>
    throughJson<ChatEvent[]>([
      { type: 'response-start', model: 'm', responseId: 'up-1', warnings: startWarnings },
      ...(deltas as ChatEvent[]),
      ...calls.flatMap(({ given, metadata }, index): ChatEvent[] => [
        { type: 'tool-call-delta', index, id: `c${index}`, name: 'f', argumentsDelta: given.slice(0, 3) },
        {
          type: 'tool-call-delta',
          index,
          argumentsDelta: given.slice(3),
          ...(metadata && { providerMetadata: metadata }),
        },
      ]),
      {
        type: 'response-end',
        finishReason,
        ...(Object.values(usage).some((value) => value !== undefined) && { usage: usage as object }),
        ...(metadata && { providerMetadata: metadata }),
        ...(details && { providerDetails: details }),
        warnings: endWarnings,
      },
    ]),
  );

async function* streamOf(events: readonly ChatEvent[]): AsyncGenerator<ChatEvent> {
  yield* events;
}

const meta: NativeResponseMeta = {
  id: 'chat_1',
  provider: 'lab',
  latencyMs: 5,
  attempts: [{ provider: 'lab', model: 'm', outcome: 'ok', ms: 4 }],
  warnings: [{ code: 'parameter-dropped', parameter: 'seed', message: 'it was left out' }],
};

const createReader = () =>
  createAnswerReader({ fault: { provider: 'platform' }, model: 'lab/m', rawChunks: false });

/** What the caller of the other chatd is to have of an answer: the same, and who gave it. */
const expected = ({ responseId, model, ...response }: ChatResponse): ChatResponse => ({
  ...response,
  model: 'lab/m',
  responseId: 'chat_1',
  warnings: [...(meta.warnings ?? []), ...(response.warnings ?? [])],
  providerDetails: {
    ...response.providerDetails,
    chatd: {
      provider: 'lab',
      model,
      responseId: responseId ?? '',
      latencyMs: 5,
      attempts: [{ ...meta.attempts[0] }],
    },
  },
});

const readWhole = async (response: ChatResponse): Promise<ChatResponse> =>
  collect(streamOf(createReader().whole(throughJson(formatNativeResponse(response, meta)))));

const readStream = async (events: readonly ChatEvent[]): Promise<ChatResponse> => {
  const encoder = createNativeStreamEncoder({ requestId: 'r-1', meta: () => meta });
  const wire = events.map((event) => encoder.push(event) + encoder.keepAlive()).join('') + encoder.end();
  const reader = createReader();
  const frames = createSseDecoder().push(Buffer.from(wire));
  const read = frames.flatMap(({ data }) => reader.push(JSON.parse(data)));
  reader.end();
  return collect(streamOf(read));
};

it('an answer comes back as it was given, whole and streamed', async () => {
  await fc.assert(
    fc.asyncProperty(answer, async (events) => {
      const response = await collect(streamOf(events));
      const wanted = throughJson(expected(response));
      expect(throughJson(await readWhole(response))).toEqual(wanted);
      expect(throughJson(await readStream(events))).toEqual(wanted);
    }),
    { numRuns: 300 },
  );
});

const codes = Object.keys(errorTable).filter(
  (code) => code !== 'internal' && code !== 'aborted',
) as ErrorCode[];
const failure = fc.record({
  code: fc.constantFrom(...codes),
  retryable: fc.boolean(),
  path: fc.constantFrom(undefined, 'maxTokens', 'messages[0].toolCalls[1].id', 'toolChoice', 'x-chatd-via'),
  phase: fc.constantFrom('connect' as const, 'first-content' as const, 'idle' as const, 'total' as const),
});

it('an error comes back as it was thrown', () => {
  fc.assert(
    fc.property(failure, ({ code, retryable, path, phase }) => {
      const thrown: ChatError = new ErrorClass(code, `${path ?? 'something'} is wrong`, {
        provider: 'lab',
        model: 'm',
        retryable,
        path,
        phase,
        attempts: meta.attempts,
      });
      const { body } = throughJson(formatNativeError(thrown, { requestId: 'r-1' }));
      const read = toStreamError(body.error, { provider: 'platform', model: 'lab/m' });
      expect(read).toMatchObject({
        code,
        retryable,
        phase,
        provider: 'platform',
        model: 'lab/m',
        message: `platform: ${thrown.message}`,
        attempts: meta.attempts,
        upstreamRequestId: 'r-1',
      });
      expect(read.path).toBe(path);
    }),
  );
});

it('throws nothing but a ChatError, whatever JSON it is given', () => {
  const tries = (read: () => unknown): void => {
    try {
      read();
    } catch (error) {
      expect(toChatError(error).code).not.toBe('internal');
    }
  };
  const frame = fc.oneof(
    fc.jsonValue(),
    fc.record({
      type: fc.constantFrom(
        'response_start',
        'text_delta',
        'reasoning_delta',
        'tool_call_delta',
        'response_end',
        'error',
      ),
      delta: fc.jsonValue(),
      index: fc.nat({ max: 2 }),
      id: fc.jsonValue(),
      name: fc.jsonValue(),
      error: fc.jsonValue(),
      warnings: fc.jsonValue(),
      finish_reason: fc.oneof(fc.constant('stop'), fc.jsonValue()),
      attempts: fc.jsonValue(),
    }),
  );
  fc.assert(
    fc.property(fc.array(frame), (frames) => {
      const reader = createReader();
      tries(() => frames.flatMap((item) => reader.push(item)));
      for (const item of frames) tries(() => createReader().whole(item));
    }),
    { numRuns: 300 },
  );
});
