import type { ChatError } from '@lakehouse/chat-core';
import { json, ndjson, type Scenario, text } from '@lakehouse/provider-testkit';
import { expect } from 'vitest';
import { last, line } from '../support/lines.js';

/** The same failing answer in both forms. */
const fails = (name: string, status: number, error: unknown, expected: Partial<ChatError>): Scenario => {
  const script = typeof error === 'string' ? json({ error }, { status }) : json(error, { status });
  return { name, whole: script, stream: script, error: expected };
};

/** A failure after HTTP 200, in the middle of the stream. */
const breaks = (name: string, frame: object, expected: Partial<ChatError>): Scenario => ({
  name,
  stream: ndjson([line({ content: 'Once' }), frame]),
  error: expected,
});

const says = (words: string): string => expect.stringContaining(words) as unknown as string;

export const faultScenarios: readonly Scenario[] = [
  fails('a model that is not pulled', 404, `model 'qwen9' not found`, {
    code: 'model-not-found',
    retryable: false,
  }),
  fails(
    'a model that is not pulled, said by the scheduler',
    404,
    'model "x" not found, try pulling it first',
    {
      code: 'model-not-found',
    },
  ),
  {
    name: 'a path that is not there is the operator’s fault, not the model’s',
    whole: text('404 page not found', { status: 404 }),
    stream: text('404 page not found', { status: 404 }),
    error: { code: 'upstream-failure', retryable: false, message: says('`url`') },
  },
  {
    name: 'a 403 with an empty body is the check of the Host or Origin header',
    whole: text('', { status: 403 }),
    stream: text('', { status: 403 }),
    error: { code: 'permission-denied', message: says('Host or Origin') },
  },
  fails('cloud models are switched off', 403, 'ollama cloud is disabled: remote inference is unavailable', {
    code: 'permission-denied',
    message: says('disabled'),
  }),
  fails(
    'a cloud model on a server that is not signed in',
    401,
    { error: 'unauthorized', signin_url: 'https://ollama.com/connect?name=x' },
    {
      code: 'unauthenticated',
      message: says('ollama signin'),
    },
  ),
  fails('a model without tools', 400, 'registry.ollama.ai/library/phi:latest does not support tools', {
    code: 'unsupported',
    reroutable: true,
  }),
  fails('an embedding model asked to chat', 400, '"nomic-embed-text" does not support chat', {
    code: 'unsupported',
  }),
  fails(
    'the inner runner’s error comes as JSON inside the text',
    400,
    JSON.stringify({
      error: {
        code: 400,
        message: 'request (9000 tokens) exceeds the available context size (4096 tokens), try increasing it',
        type: 'exceed_context_size_error',
        n_prompt_tokens: 9000,
        n_ctx: 4096,
      },
    }),
    { code: 'context-too-long', upstreamStatus: 400, message: says('9000 tokens') },
  ),
  fails(
    'a prompt that cannot be cut',
    400,
    'the prompt is longer than the context length currently set for the model',
    {
      code: 'context-too-long',
    },
  ),
  fails(
    'a field of the wrong type',
    400,
    'json: cannot unmarshal array into Go struct field ChatRequest.model of type string',
    {
      code: 'invalid-request',
    },
  ),
  fails(
    'a 500 hides a wrong format',
    500,
    'invalid format: "yaml"; expected "json" or a valid JSON Schema object',
    {
      code: 'invalid-request',
      upstreamStatus: 500,
    },
  ),
  fails('a 500 hides a wrong option', 500, 'option "stop" must be of type array', {
    code: 'invalid-request',
  }),
  fails(
    'a model larger than the memory stays so: no retry, but another target may do',
    500,
    'model requires more system memory (42.1 GiB) than is available (15.2 GiB)',
    {
      code: 'upstream-failure',
      retryable: false,
      reroutable: true,
    },
  ),
  fails(
    'a dead runner may live again',
    500,
    'model runner has unexpectedly stopped, this may be due to resource limitations or an internal error',
    {
      code: 'upstream-failure',
      retryable: true,
    },
  ),
  fails(
    'a model that fails to load is no overload',
    500,
    'llama runner process has terminated: error loading model: unable to allocate buffer',
    {
      code: 'upstream-failure',
    },
  ),
  fails('the server says that we left, and we did not', 499, 'request canceled', {
    code: 'upstream-failure',
  }),
  fails('the queue is full', 503, 'server busy, please try again.  maximum pending requests exceeded', {
    code: 'overloaded',
    retryable: true,
  }),
  fails('the cloud behind the server cannot be reached', 502, 'error contacting ollama.com', {
    code: 'upstream-failure',
  }),
  breaks(
    'an error line breaks a stream that had begun',
    { error: 'model runner has unexpectedly stopped' },
    {
      code: 'upstream-failure',
      provider: 'lab',
      model: 'qwen3:4b',
    },
  ),
  breaks(
    'a cloud stub’s error line has its status in its own field',
    {
      StatusCode: 429,
      Status: '429 Too Many Requests',
      error: 'you (ada) have reached your weekly usage limit, upgrade for higher limits (ref: 6a1e)',
    },
    { code: 'quota-exceeded', retryable: false, upstreamStatus: 429 },
  ),
  breaks(
    'an error line that is a JSON text again',
    { error: '{"error":{"type":"exceed_context_size_error","message":"too long"}}' },
    {
      code: 'context-too-long',
    },
  ),
  {
    name: 'an error in a 200 that is whole',
    whole: json({ error: 'server busy, please try again.' }),
    stream: json({ error: 'server busy, please try again.' }),
    error: { code: 'overloaded' },
  },
  {
    name: 'the repetition guard stops a model without an end: not a success',
    whole: json(line({ content: 'la la la' })),
    stream: ndjson([line({ content: 'la ' }), line({ content: 'la ' })]),
    error: { code: 'bad-response', message: says('done') },
  },
  {
    name: 'an empty prompt only loads the model, with a 200',
    whole: json(last({}, { done_reason: 'load' })),
    stream: ndjson([last({}, { done_reason: 'load' })]),
    error: { code: 'invalid-request', path: 'messages' },
  },
  {
    name: 'a tool call without a name is no answer',
    whole: json(last({ tool_calls: [{ function: { arguments: {} } }] })),
    stream: ndjson([line({ tool_calls: [{ function: { arguments: {} } }] }), last()]),
    error: { code: 'bad-response', message: says('message.tool_calls.0.function.name') },
  },
  {
    name: 'a model that cannot think is asked once more without, and says so',
    request: { think: 'high' },
    whole: ({ json: body }) => thinker(body, json(last({ content: 'Hi' }))),
    stream: ({ json: body }) => thinker(body, ndjson([line({ content: 'Hi' }), last()])),
    expect: {
      content: 'Hi',
      warnings: [
        { code: 'parameter-dropped', parameter: 'think', message: says('does not support thinking') },
      ],
    },
    sent: (body) => expect(body).not.toHaveProperty('think'),
  },
  {
    name: 'a model that cannot think refuses a strict request that asks for it',
    request: { think: true, strict: true },
    whole: ({ json: body }) => thinker(body, json(last({ content: 'Hi' }))),
    stream: ({ json: body }) => thinker(body, ndjson([line({ content: 'Hi' }), last()])),
    error: { code: 'unsupported', path: 'think' },
  },
];

function thinker<Answer>(body: unknown, answer: Answer): Answer | ReturnType<typeof json> {
  const asked = (body as { think?: unknown }).think;
  return asked ? json({ error: '"qwen3:4b" does not support thinking' }, { status: 400 }) : answer;
}
