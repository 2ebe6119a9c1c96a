import { createParser } from 'eventsource-parser';
import { type Dispatcher, request } from 'undici';
import { z } from 'zod';

export interface ChatTurn {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

export interface ChatCall {
  /** Where chatd listens, for example `http://127.0.0.1:3220`. */
  readonly url: string;
  readonly model: string;
  readonly messages: readonly ChatTurn[];
  /** Cancels the call and closes its connection. */
  readonly signal: AbortSignal;
}

const failure = z.looseObject({ error: z.looseObject({ message: z.string() }) });

const event = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text_delta'), delta: z.string() }),
  z.looseObject({ type: z.literal('reasoning_delta'), delta: z.string() }),
  z.looseObject({
    type: z.literal('response_end'),
    finish_reason: z.string(),
    warnings: z.array(z.looseObject({ message: z.string() })).default([]),
  }),
  z.looseObject({ type: z.literal('error'), ...failure.shape }),
]);

/** What the command shows of a stream. Other event types, later ones included, are passed over. */
export type ChatStreamEvent = z.output<typeof event>;

const known: ReadonlySet<unknown> = new Set(event.options.map(({ shape }) => shape.type.value));

const malformed = 'chatd sent an event that cannot be read';

const readEvent = (data: string): ChatStreamEvent | undefined => {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch (cause) {
    throw new Error(malformed, { cause });
  }
  if (!known.has((value as { type?: unknown } | null)?.type)) return undefined;
  const result = event.safeParse(value);
  if (!result.success) throw new Error(malformed, { cause: result.error });
  return result.data;
};

const post = async ({ url, model, messages, signal }: ChatCall): Promise<Dispatcher.ResponseData> => {
  if (!URL.canParse(url) || !/^https?:/.test(url)) {
    throw new Error(`${url} is not an address such as http://127.0.0.1:3220`);
  }
  try {
    return await request(new URL('v1/chat', `${url.replace(/\/+$/, '')}/`), {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ model, messages, stream: true }),
      // How long a model may take is for the service to say, which ends a call that takes too long.
      headersTimeout: 0,
      bodyTimeout: 0,
      signal,
    });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ECONNREFUSED') {
      throw new Error(`nothing listens on ${url}: start the service there with the command "chatd"`, {
        cause,
      });
    }
    throw new Error(`${url} cannot be reached (${code ?? message})`, { cause });
  }
};

const readFailure = async ({ statusCode, body }: Dispatcher.ResponseData, url: string): Promise<Error> => {
  const text = await body.text();
  try {
    return new Error(failure.parse(JSON.parse(text)).error.message);
  } catch (cause) {
    return new Error(`${url} answered with status ${statusCode}, and not as chatd does`, { cause });
  }
};

async function* decode(body: AsyncIterable<Uint8Array>): AsyncGenerator<ChatStreamEvent> {
  const utf8 = new TextDecoder();
  let events: ChatStreamEvent[] = [];
  const parser = createParser({
    onEvent({ data }) {
      const next = readEvent(data);
      if (next) events.push(next);
    },
  });
  for await (const bytes of body) {
    parser.feed(utf8.decode(bytes, { stream: true }));
    yield* events;
    events = [];
  }
}

/**
 * Asks chatd and yields what it streams, `response_end` last. Throws an `Error` with one line for people: also for an
 * `error` event, and for a stream that ends without either.
 */
export async function* streamChat(call: ChatCall): AsyncGenerator<ChatStreamEvent> {
  const response = await post(call);
  const type = String(response.headers['content-type'] ?? '');
  if (response.statusCode !== 200) throw await readFailure(response, call.url);
  if (!type.toLowerCase().startsWith('text/event-stream')) {
    response.body.once('error', () => undefined).destroy(); // undici reports the destruction itself as an error
    throw new Error(`${call.url} answered with ${type || 'no content type'}, and not as chatd does`);
  }
  try {
    for await (const next of decode(response.body)) {
      if (next.type === 'error') throw new Error(next.error.message);
      yield next;
      if (next.type === 'response_end') return;
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new Error(`the connection broke before the end of the answer (${code})`, { cause: error });
  }
  throw new Error('the connection was closed before the end of the answer');
}
