import {
  type CallContext,
  ChatError,
  type ChatErrorOptions,
  type ChatEvent,
  type ChatRequest,
  type ErrorCode,
  type Provider,
  Secret,
  toChatError,
} from '@lakehouse/chat-core';
import type { ProviderOverrides } from '../../src/index.js';

/** What a demo provider gets wrong on purpose; none for the good one. */
export type Flaw =
  | 'eager'
  | 'cut is success'
  | 'default finish reason'
  | 'splits characters'
  | 'shared state'
  | 'ignores the signal'
  | 'leaks the socket'
  | 'leaks listeners'
  | 'leaks the key'
  | 'no status table'
  | 'no limits'
  | 'asks again after a cut'
  | 'sends without a key'
  | 'never closes'
  | 'strict fields'
  | 'plain errors';

interface Line {
  readonly text?: string;
  readonly done?: string;
}

const codes: Readonly<Record<number, ErrorCode>> = {
  401: 'unauthenticated',
  403: 'permission-denied',
  408: 'timeout',
  413: 'invalid-request',
  429: 'rate-limited',
  503: 'overloaded',
};

const retryAfter = (value: string | null): number | undefined => {
  if (value === null) return undefined;
  return Number.isNaN(Number(value)) ? Date.parse(value) - Date.now() : Number(value) * 1000;
};

/** Reads a body as a loop does that forgets to cancel it. */
async function* unclosed(response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  for (;;) {
    const { value } = (await reader?.read()) ?? {};
    if (!value) return;
    yield value;
  }
}

/** A provider on `fetch` for a made-up wire: lines of `{"text":…}`, then `{"done":"stop"}`. */
export const createDemo = (url: string, overrides: ProviderOverrides = {}, flaw?: Flaw): Provider => {
  const key = 'key' in overrides ? overrides.key : 'demo-key';
  const secret = key === undefined ? undefined : new Secret(key);
  const limit = flaw === 'no limits' ? Number.POSITIVE_INFINITY : (overrides.limits?.lineBytes ?? 1e6);
  const closing = new AbortController();
  const shared = { decoder: new TextDecoder(), held: '' };
  const fail = (code: ErrorCode, message: string, options: ChatErrorOptions = {}): Error =>
    flaw === 'plain errors'
      ? new Error(message)
      : new ChatError(code, `demo: ${message}`, { provider: 'demo', ...options });

  const parse = (text: string): Line => {
    let line: Line & { error?: unknown };
    try {
      line = JSON.parse(text) as Line;
    } catch {
      throw fail('bad-response', 'malformed line');
    }
    if (line.error !== undefined || (line.text === undefined && line.done === undefined)) {
      throw fail('bad-response', 'not an answer');
    }
    if (flaw === 'strict fields' && Object.keys(line).length > 1) throw fail('bad-response', 'unknown field');
    return line;
  };

  const open = async (request: ChatRequest, signal: AbortSignal): Promise<Response> => {
    const response = await fetch(`${url}/chat`, {
      method: 'POST',
      headers: secret ? { authorization: `Bearer ${secret.reveal()}` } : {},
      body: JSON.stringify({ model: request.model }),
      signal,
    }).catch((cause: unknown) => {
      throw fail('unreachable', 'cannot be reached', flaw === 'leaks the key' ? { cause: key } : { cause });
    });
    if (response.ok) return response;
    const body = await response.text();
    const code =
      flaw === 'no status table' ? 'upstream-failure' : (codes[response.status] ?? 'upstream-failure');
    throw fail(code, flaw === 'leaks the key' ? body : `status ${response.status}`, {
      upstreamStatus: response.status,
      retryAfterMs: retryAfter(response.headers.get('retry-after')),
    });
  };

  async function* lines(response: Response): AsyncGenerator<string> {
    const state = flaw === 'shared state' ? shared : { decoder: new TextDecoder(), held: '' };
    for await (const piece of flaw === 'leaks the socket' ? unclosed(response) : (response.body ?? [])) {
      const text =
        flaw === 'splits characters'
          ? Buffer.from(piece).toString()
          : state.decoder.decode(piece, { stream: true });
      const parts = (state.held + text).split('\n');
      state.held = parts.pop() ?? '';
      if (state.held.length > limit) throw fail('bad-response', 'a line is too long');
      yield* parts;
    }
    if (state.held.trim() !== '') yield state.held;
  }

  async function* run(request: ChatRequest, context: CallContext, again = false): AsyncGenerator<ChatEvent> {
    if (!secret && flaw !== 'sends without a key') throw fail('provider-unavailable', 'no key');
    const signals = [
      ...(flaw === 'never closes' ? [] : [closing.signal]),
      ...(flaw === 'ignores the signal' ? [] : [context.signal]),
    ];
    const signal = AbortSignal.any(signals);
    const socket = new AbortController();
    if (flaw === 'leaks listeners') context.signal.addEventListener('abort', () => socket.abort());
    let finished: string | undefined;
    try {
      const response = await open(request, AbortSignal.any([signal, socket.signal]));
      if (!again) yield { type: 'response-start', model: request.model };
      for await (const text of lines(response)) {
        if (text.trim() === '') continue;
        const line = parse(text);
        if (line.text !== undefined) yield { type: 'text-delta', delta: line.text };
        finished ??= line.done;
      }
      if (finished === undefined && flaw !== 'cut is success') {
        if (flaw === 'asks again after a cut' && !again) return yield* run(request, context, true);
        if (flaw !== 'default finish reason') throw fail('bad-response', 'cut before its end');
      }
      yield { type: 'response-end', finishReason: 'stop' };
    } catch (error) {
      if (flaw === 'plain errors') throw error;
      const known = toChatError(error, { provider: 'demo', signal: context.signal });
      throw known.code === 'internal'
        ? fail('bad-response', 'the connection broke', { cause: error })
        : known;
    } finally {
      if (flaw !== 'leaks the socket') socket.abort();
    }
  }

  return {
    specificationVersion: 'v1',
    id: 'demo',
    capabilities: {
      tools: false,
      toolChoice: false,
      images: false,
      files: false,
      reasoning: false,
      structuredOutput: 'none',
      embeddings: false,
    },
    credential: { present: secret !== undefined, hint: 'set DEMO_KEY' },
    stream: (request, context) => {
      const events = run(request, context);
      if (flaw !== 'eager') return events;
      const first = events.next();
      return (async function* () {
        const { value } = await first;
        if (value) yield value;
        yield* events;
      })();
    },
    close: async () => {
      closing.abort();
    },
  };
};
