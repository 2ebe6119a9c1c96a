import type { Attempt } from '@lakehouse/chat-core';
import { json, type Scenario, sse } from '@lakehouse/provider-testkit';
import { expect } from 'vitest';
import { bothRefused, end, start, text } from '../support/wire.js';

const trail = [
  { provider: 'lab', model: 'm', outcome: 'skipped', code: 'overloaded', ms: 0 },
  {
    provider: 'ollama',
    model: 'm',
    outcome: 'error',
    code: 'timeout',
    phase: 'idle',
    ms: 9,
    output_characters: 4,
  },
  { provider: 'ollama', model: 'm', outcome: 'of-a-later-version', ms: 1 },
];
const trailHere: readonly Attempt[] = [
  { provider: 'lab', model: 'm', outcome: 'skipped', code: 'overloaded', ms: 0 },
  {
    provider: 'ollama',
    model: 'm',
    outcome: 'error',
    code: 'timeout',
    phase: 'idle',
    ms: 9,
    outputCharacters: 4,
  },
];

const anything = expect.anything() as never;
const saying = (words: string) => expect.stringContaining(words) as unknown as string;

/** The error object of a stream; the status has been sent long before. */
const cut = (error: object) => sse([start(), text('He'), { type: 'error', error }]);

export const faultScenarios: readonly Scenario[] = [
  {
    name: 'an error keeps code, status, flag, wait, request id and trail',
    ...bothRefused(
      503,
      { code: 'overloaded', message: 'The service is stopping', retryable: true, attempts: trail },
      { 'retry-after-ms': '1500', 'retry-after': '2' },
    ),
    error: {
      code: 'overloaded',
      message: 'lab: The service is stopping',
      provider: 'lab',
      model: 'platform-fast',
      status: 503,
      retryable: true,
      reroutable: true,
      retryAfterMs: 1500,
      upstreamStatus: 503,
      upstreamRequestId: 'r-1',
      attempts: trailHere,
    },
  },
  {
    name: 'a wrong field is named as it is called here',
    ...bothRefused(400, {
      code: 'invalid-request',
      message: 'max_tokens: expected at least 1',
      path: 'max_tokens',
    }),
    error: {
      code: 'invalid-request',
      path: 'maxTokens',
      message: 'lab: maxTokens: expected at least 1',
      reroutable: false,
    },
  },
  {
    name: 'a field inside of the messages is named as it is called here',
    ...bothRefused(400, {
      code: 'unsupported',
      message: 'no images',
      path: 'messages[0].tool_calls[1].provider_metadata',
    }),
    error: { code: 'unsupported', path: 'messages[0].toolCalls[1].providerMetadata', reroutable: true },
  },
  {
    name: 'an unknown provider there stays one, and another target is asked',
    ...bothRefused(404, { code: 'provider-unavailable', message: 'openrouter is not configured' }),
    error: { code: 'provider-unavailable', status: 404, reroutable: true },
  },
  {
    name: 'the status of the model’s own server is told where it is known',
    ...bothRefused(502, { code: 'model-not-found', message: 'no such model', upstream_status: 404 }),
    error: { code: 'model-not-found', status: 502, upstreamStatus: 404, model: 'platform-fast' },
  },
  {
    name: 'a time limit there keeps its phase',
    ...bothRefused(504, { code: 'timeout', message: 'too long', phase: 'first-content', retryable: true }),
    error: { code: 'timeout', phase: 'first-content', retryable: true },
  },
  {
    name: 'a flag that differs from the table is kept',
    ...bothRefused(429, { code: 'rate-limited', message: 'too large for one minute', retryable: false }),
    error: { code: 'rate-limited', retryable: false },
  },
  {
    name: 'a loop keeps its status, and is not asked again',
    ...bothRefused(508, {
      code: 'unsupported',
      message: 'This request has passed through this chatd before',
      path: 'x-chatd-via',
    }),
    error: { code: 'unsupported', status: 508, retryable: false, reroutable: true, path: 'x-chatd-via' },
  },
  {
    name: 'a defect there is no defect here',
    ...bothRefused(500, { code: 'internal', message: 'Internal error' }),
    error: { code: 'upstream-failure', status: 502, reroutable: true, upstreamStatus: 500 },
  },
  {
    name: 'that the caller left there does not mean that it left here',
    stream: cut({ code: 'aborted', message: 'The caller stopped reading', retryable: false }),
    error: { code: 'upstream-failure' },
  },
  {
    name: 'a body too large for that one may fit another target',
    ...bothRefused(413, {
      code: 'invalid-request',
      message: "The body is larger than 9KiB, this service's max_body",
    }),
    error: { code: 'invalid-request', status: 413, reroutable: true },
  },
  {
    name: 'a route that is not there means a wrong url, not a wrong request',
    ...bothRefused(404, { code: 'invalid-request', message: 'There is no POST /x/v1/chat' }),
    error: {
      code: 'upstream-failure',
      reroutable: true,
      retryable: false,
      message: saying('"url" must be the base address of a chatd'),
    },
  },
  {
    name: 'a code of a later version goes by its status',
    ...bothRefused(429, { code: 'too-busy', message: 'later', retryable: true }),
    error: { code: 'rate-limited', upstreamStatus: 429 },
  },
  {
    name: "an error of a proxy in front goes by the proxy's status",
    whole: json({ message: 'no route' }, { status: 401 }),
    stream: json({ message: 'no route' }, { status: 401 }),
    error: { code: 'unauthenticated', message: 'lab: no route' },
  },
  {
    name: 'the error that ends a stream keeps code, flag, phase and trail',
    stream: cut({
      code: 'timeout',
      message: 'silent for a minute',
      phase: 'idle',
      retryable: true,
      upstream_status: 200,
      request_id: 'r-2',
      attempts: trail,
    }),
    error: {
      code: 'timeout',
      phase: 'idle',
      message: 'lab: silent for a minute',
      retryable: true,
      upstreamRequestId: 'r-2',
      upstreamStatus: 200,
      attempts: trailHere,
      bodyExcerpt: anything,
    },
  },
  {
    name: 'an error of a later version that ends a stream is a failure there',
    stream: cut({ code: 'too-busy', message: 'later', retryable: true }),
    error: { code: 'upstream-failure', retryable: true, message: 'lab: later' },
  },
  {
    name: 'an error in a stream that is not chatd’s is a failure there',
    stream: cut({ message: 'gone' }),
    error: { code: 'upstream-failure', message: 'lab: gone' },
  },
  {
    name: 'a stream without response_end is no answer',
    stream: sse([start(), text('He')]),
    error: { code: 'bad-response', message: saying('response_end') },
  },
  {
    name: 'a tool call that begins without a name is no answer, and no defect here',
    stream: sse([start(), { type: 'tool_call_delta', index: 0, arguments_delta: '{}' }, end()]),
    error: { code: 'bad-response', message: saying('wrong order') },
  },
  {
    name: 'content before response_start is no answer',
    stream: sse([text('He'), end()]),
    error: { code: 'bad-response' },
  },
  {
    name: 'an answer of another server is none',
    whole: json({ choices: [{ message: { content: 'Hi' } }] }),
    stream: sse([{ choices: [{ delta: { content: 'Hi' } }] }, '[DONE]\n\n']),
    error: { code: 'bad-response', message: saying('unknown shape') },
  },
];
