import OpenAI, { APIError } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClientLab, kinds, ownAttempts, readAll, startClientLab } from './support.js';

let lab: ClientLab;
/** Repeats once what may be repeated: the client's default is twice, which takes longer. */
let client: OpenAI;

beforeAll(async () => {
  lab = await startClientLab();
  client = new OpenAI({ baseURL: `${lab.url}/v1`, apiKey: 'any', maxRetries: 1 });
});
afterAll(() => lab.close());

const messages = [{ role: 'user' as const, content: 'Hello' }];
const input = 'Hello';

const whole = {
  'chat.completions.create': (model: string) => client.chat.completions.create({ model, messages }),
  'responses.create': (model: string) => client.responses.create({ model, input }),
};

/** How a stream is read; each says what it made of it. */
const streamed = {
  'chat.completions.create': async (model: string) =>
    readAll(await client.chat.completions.create({ model, messages, stream: true })),
  'chat.completions.stream': (model: string) =>
    client.chat.completions.stream({ model, messages }).finalChatCompletion(),
  'responses.create': async (model: string) =>
    readAll(await client.responses.create({ model, input, stream: true })),
  'responses.stream': (model: string) => client.responses.stream({ model, input }).finalResponse(),
};

interface Case {
  readonly fault: string;
  readonly status: number;
  readonly error: new (...given: never[]) => APIError;
  readonly code: string;
  /** How often the client asks. */
  readonly tries: number;
  /** How often chatd asks for each of these. */
  readonly own: number;
}

const passing = { tries: 2, own: ownAttempts };
const lasting = { tries: 1, own: 1 };

const cases: readonly Case[] = [
  { fault: 'bad-request', status: 400, error: OpenAI.BadRequestError, code: 'invalid_value', ...lasting },
  {
    fault: 'context-too-long',
    status: 400,
    error: OpenAI.BadRequestError,
    code: 'context_length_exceeded',
    ...lasting,
  },
  // The caller's own key is fine: a 401 would tell its user to mend it.
  { fault: 'wrong-key', status: 502, error: OpenAI.InternalServerError, code: 'upstream_auth', ...lasting },
  {
    fault: 'permission-denied',
    status: 403,
    error: OpenAI.PermissionDeniedError,
    code: 'permission_denied',
    ...lasting,
  },
  { fault: 'unknown-model', status: 404, error: OpenAI.NotFoundError, code: 'model_not_found', ...lasting },
  { fault: 'quota', status: 429, error: OpenAI.RateLimitError, code: 'insufficient_quota', ...lasting },
  {
    fault: 'rate-limited',
    status: 429,
    error: OpenAI.RateLimitError,
    code: 'rate_limit_exceeded',
    ...passing,
  },
  { fault: 'always-503', status: 503, error: OpenAI.InternalServerError, code: 'overloaded', ...passing },
];

const failureOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    (answer) => ({ answer }),
    (error: unknown) => error,
  );

describe.each(kinds)('failures for openai over $id', (kind) => {
  describe.each(Object.entries({ whole, streamed }))('%s', (form, ways) => {
    it.each(cases)('$fault is $status, and asked $tries times', async ({ fault, ...expected }) => {
      const all = Object.entries(ways).map(async ([way, ask]) => {
        const model = `${fault}@${kind.id}-${form}-${way}`;
        const failure = await failureOf(ask(`${kind.wall}/${model}`));
        expect(failure, way).toBeInstanceOf(expected.error);
        const { status, code, requestID } = failure as APIError;
        expect({ way, status, code }).toEqual({ way, status: expected.status, code: expected.code });
        expect(requestID, way).toMatch(/./);
        expect(lab.wall.requests(model), way).toHaveLength(expected.tries * expected.own);
      });
      await Promise.all(all);
    });
  });

  it.each(['cut-in-the-middle', 'reset-in-body', 'ends-in-the-middle', 'no-terminal', 'error-in-the-stream'])(
    'a stream with %s is an error and never an answer',
    async (fault) => {
      const all = Object.entries(streamed).map(async ([way, ask]) => {
        const model = `${fault}@${kind.id}-${way}`;
        const failure = await failureOf(ask(`${kind.wall}/${model}`));
        expect(failure, way).toBeInstanceOf(APIError);
        expect((failure as APIError).message, way).not.toBe('');
        expect(lab.wall.requests(model), way).toHaveLength(1);
      });
      await Promise.all(all);
    },
  );

  it('the pieces of a stream arrive before it is cut', async () => {
    const model = `${kind.wall}/cut-in-the-middle@${kind.id}-pieces`;
    const stream = await client.chat.completions.create({ model, messages, stream: true });
    let text = '';
    const read = async (): Promise<void> => {
      for await (const { choices } of stream) {
        text += choices[0]?.delta.content ?? '';
        expect(choices[0]?.finish_reason).toBeNull();
      }
    };
    await expect(read()).rejects.toBeInstanceOf(APIError);
    expect(text).toMatch(/^Answer 1 of /);
  });
});

describe('requests that chatd refuses itself', () => {
  const refused = (body: object): Promise<unknown> =>
    failureOf(client.chat.completions.create({ model: 'lab/text', messages, ...body } as never));

  it('name the field in the names of the body', async () => {
    const failure = await refused({ temperature: 'hot' });
    expect(failure).toBeInstanceOf(OpenAI.BadRequestError);
    expect(failure).toMatchObject({ param: 'temperature', type: 'invalid_request_error' });
  });

  it('a model that does not exist is a NotFoundError with its code', async () => {
    const failure = await failureOf(client.models.retrieve('lab/nobody:7b'));
    expect(failure).toBeInstanceOf(OpenAI.NotFoundError);
    expect(failure).toMatchObject({ code: 'model_not_found' });
    const provider = await refused({ model: 'nobody/text' });
    expect(provider).toBeInstanceOf(OpenAI.NotFoundError);
  });

  it('an answer that is asked for by its id is not there', async () => {
    const { responses } = client;
    const calls = [responses.retrieve('resp_1'), responses.delete('resp_1'), responses.cancel('resp_1')];
    for (const failure of await Promise.all(calls.map(failureOf))) {
      expect(failure).toBeInstanceOf(OpenAI.NotFoundError);
    }
  });

  it('a strict request is refused for what would be left out, by the name of the field', async () => {
    const call = client.chat.completions.create(
      { model: 'lab/text', messages, logit_bias: { 42: 1 } },
      { headers: { 'x-chatd-strict': '1' } },
    );
    expect(await failureOf(call)).toMatchObject({ status: 400, param: 'logit_bias' });
  });
});
