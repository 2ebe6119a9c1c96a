import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type ClientLab,
  closedAfter,
  kinds,
  ownAttempts,
  readAll,
  startClientLab,
  wallClosedAfter,
} from './support.js';

/** How often the SDK itself asks when nothing forbids it: once more than `maxRetries`. */
const sdkTries = 2;

let lab: ClientLab;
let client: Anthropic;
beforeAll(async () => {
  lab = await startClientLab();
  client = new Anthropic({ baseURL: lab.url, apiKey: 'any', maxRetries: sdkTries - 1 });
});
beforeEach(() => {
  lab.wall.clear();
  for (const kind of kinds) lab.upstreamOf(kind).clear();
});
afterAll(() => lab.close());

const request = (model: string): Anthropic.MessageCreateParamsNonStreaming => ({
  model,
  max_tokens: 1024,
  messages: [{ role: 'user', content: 'Hello' }],
});

/** The three ways to ask; each has to fail. */
const ways = {
  whole: (model: string) => client.messages.create(request(model)),
  'streamed, with the helper': (model: string) => client.messages.stream(request(model)).finalMessage(),
  'streamed, event by event': async (model: string) =>
    readAll(await client.messages.create({ ...request(model), stream: true })),
};
const [, ...streamedWays] = Object.entries(ways);

const failureOf = async (call: Promise<unknown>): Promise<InstanceType<typeof Anthropic.APIError>> => {
  const failure = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failure instanceof Anthropic.APIError))
    throw new Error(`Expected an APIError, not ${String(failure)}`);
  return failure;
};

/** Fault, class, status, type, and how often the upstream was asked. */
const failures = [
  ['bad-request', Anthropic.BadRequestError, 400, 'invalid_request_error', 1],
  ['context-too-long', Anthropic.BadRequestError, 400, 'invalid_request_error', 1],
  ['wrong-key', Anthropic.InternalServerError, 502, 'api_error', 1], // not the caller's key
  ['permission-denied', Anthropic.PermissionDeniedError, 403, 'permission_error', 1],
  ['unknown-model', Anthropic.NotFoundError, 404, 'not_found_error', 1],
  ['quota', Anthropic.RateLimitError, 429, 'billing_error', 1],
  ['rate-limited-ms', Anthropic.RateLimitError, 429, 'rate_limit_error', sdkTries],
  ['always-503', Anthropic.InternalServerError, 529, 'overloaded_error', sdkTries * ownAttempts],
  ['always-500', Anthropic.InternalServerError, 502, 'api_error', sdkTries * ownAttempts],
] as const;

describe.each(kinds)('the Anthropic SDK over $id', ({ id, wall }) => {
  describe.each(Object.entries(ways))('%s', (way, ask) => {
    it.each(failures)('%s raises %o, status %i', async (fault, kindOfError, status, type, asked) => {
      const model = `${fault}@${id}-${way.length}`;
      const failure = await failureOf(ask(`${wall}/${model}`));
      expect(failure).toBeInstanceOf(kindOfError);
      expect(failure).toMatchObject({ status, type, requestID: expect.stringMatching(/./) });
      expect(failure.apiMessage).toMatch(/./);
      expect(lab.wall.requests(model)).toHaveLength(asked);
    });
  });

  it.each(streamedWays)('%s: a stream that is cut raises an error', async (_way, ask) => {
    for (const fault of ['cut-in-the-middle', 'ends-in-the-middle', 'error-in-the-stream']) {
      const failure = await failureOf(ask(`${wall}/${fault}@${id}`));
      expect(failure).toMatchObject({ status: undefined, type: 'api_error' });
      expect(lab.wall.requests(`${fault}@${id}`).length).toBeGreaterThan(0);
    }
  });
});

it('a prompt that is too long is said in the words that clients wait for', async () => {
  const failure = await failureOf(ways.whole('lab-wall/context-too-long'));
  expect(failure.apiMessage).toMatch(/^prompt is too long/);
});

it('a field that is wrong is a BadRequestError that names it', async () => {
  const failure = await failureOf(client.messages.create({ ...request('lab/text'), max_tokens: -1 }));
  expect(failure).toBeInstanceOf(Anthropic.BadRequestError);
  expect(failure.apiMessage).toContain('max_tokens');
});

it('a thread is refused by its code, so that the SDK can send the whole conversation', async () => {
  const { model, max_tokens, messages } = request('lab/text');
  const thread = client.beta.messages.thread({ model, max_tokens, messages });
  const failure = await failureOf(thread.send());
  expect(failure).toBeInstanceOf(Anthropic.BadRequestError);
  expect(failure.errorCode).toBe('thread_unsupported_request');
  const unthreaded = client.beta.messages.thread({
    model,
    max_tokens,
    messages,
    unsupportedRequestBehavior: 'continue_unthreaded',
  });
  expect((await unthreaded.send()).content).toMatchObject([{ type: 'text' }]);
});

it('counting tokens is refused at once, as an unknown route is', async () => {
  const started = performance.now();
  const counting = client.messages.countTokens({ model: 'lab/text', messages: request('').messages });
  expect(await failureOf(counting)).toBeInstanceOf(Anthropic.NotFoundError);
  expect(performance.now() - started).toBeLessThan(500); // asked once
});

it('a model that is not in the list is not found', async () => {
  expect(await failureOf(client.models.retrieve('lab/none'))).toBeInstanceOf(Anthropic.NotFoundError);
});

describe.each(kinds)('who leaves closes the upstream within 250 ms over $id', (kind) => {
  it('in the middle of a stream', async () => {
    const stream = client.messages.stream(request(`${kind.id}/slow`));
    const failed = expect(stream.done()).rejects.toBeInstanceOf(Anthropic.APIUserAbortError);
    await new Promise((resolve) => stream.once('text', resolve));
    const [asked] = lab.upstreamOf(kind).requests;
    if (!asked) throw new Error('The upstream was not asked');
    expect(await closedAfter(asked, () => stream.abort())).toBeLessThan(250);
    await failed;
  });

  it('before a whole answer', async () => {
    const model = `never-answers@${kind.id}`;
    const caller = new AbortController();
    const call = client.messages.create(request(`${kind.wall}/${model}`), { signal: caller.signal });
    const failed = expect(call).rejects.toBeInstanceOf(Anthropic.APIUserAbortError);
    expect(await wallClosedAfter(lab.wall, model, () => caller.abort())).toBeLessThan(250);
    await failed;
  });
});
