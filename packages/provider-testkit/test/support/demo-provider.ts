import {
  type CallContext,
  ChatError,
  type ChatErrorOptions,
  type ChatEvent,
  type ChatRequest,
  type ErrorCode,
  type ModelInfo,
  type Provider,
  Secret,
  type Timeouts,
  toChatError,
} from '@lakehouse/chat-core';
import type { ProviderOverrides } from '../../src/index.js';
import { type Line, toEnd, toEvents } from './demo-answer.js';
import { toDemoBody } from './demo-request.js';
import type { Flaw } from './flaws.js';

const codes: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid-request',
  401: 'unauthenticated',
  402: 'quota-exceeded',
  403: 'permission-denied',
  408: 'timeout',
  413: 'invalid-request',
  422: 'invalid-request',
  429: 'rate-limited',
  503: 'overloaded',
  504: 'timeout',
  529: 'overloaded',
};

const retryAfter = (value: string | null): number | undefined => {
  if (value === null) return undefined;
  return Number.isNaN(Number(value)) ? Date.parse(value) - Date.now() : Number(value) * 1000;
};

/** Ends a socket when nothing has come for as long as the limit says. */
const watch = (timeouts: Timeouts | undefined, socket: AbortController) => {
  let timer: NodeJS.Timeout | undefined;
  const during = (phase: 'first-content' | 'idle', ms: number | undefined): void => {
    clearTimeout(timer);
    const over = (): void =>
      socket.abort(new ChatError('timeout', 'demo: silent', { provider: 'demo', phase }));
    if (ms !== undefined) timer = setTimeout(over, ms);
  };
  return {
    begin: () => during('first-content', timeouts?.firstContentMs),
    goOn: () => during('idle', timeouts?.idleMs),
    end: () => clearTimeout(timer),
  };
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

/** A provider on `fetch` for a made-up wire: lines of `{"text":…}`, then `{"done":"stop"}`; blank ones are heartbeats. */
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
    let line: Line;
    try {
      line = JSON.parse(text) as Line;
    } catch {
      throw fail('bad-response', 'malformed line');
    }
    if (line.error === 'busy' && flaw !== 'one code for all') throw fail('overloaded', 'busy');
    const { text: words, thought, call, done } = line;
    if ((words ?? thought ?? call ?? done) === undefined) throw fail('bad-response', 'not an answer');
    if (flaw === 'strict fields' && 'x_unknown' in line) throw fail('bad-response', 'unknown field');
    return line;
  };

  const open = async (body: object, signal: AbortSignal): Promise<Response> => {
    const response = await fetch(`${url}/chat`, {
      method: 'POST',
      headers: secret ? { authorization: `Bearer ${secret.reveal()}` } : {},
      body: JSON.stringify(body),
      signal,
    }).catch((cause: unknown) => {
      throw fail('unreachable', 'cannot be reached', flaw === 'leaks the key' ? { cause: key } : { cause });
    });
    if (response.ok) return response;
    const said = await response.text();
    const table = flaw === 'wrong class for 429' ? { ...codes, 429: 'overloaded' as const } : codes;
    const code =
      flaw === 'no status table' ? 'upstream-failure' : (table[response.status] ?? 'upstream-failure');
    throw fail(code, flaw === 'leaks the key' ? said : `status ${response.status}`, {
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
      ...(flaw === 'ignores the signal' || flaw === 'looks at the signal when pulled'
        ? []
        : [context.signal]),
    ];
    const signal = AbortSignal.any(signals);
    const socket = new AbortController();
    if (flaw === 'leaks listeners') context.signal.addEventListener('abort', () => socket.abort());
    const limits = watch(flaw === 'stalls for ever' ? undefined : overrides.timeouts, socket);
    let last: Line | undefined;
    try {
      const { body, warnings } = toDemoBody(request, flaw);
      limits.begin();
      const response = await open(body, AbortSignal.any([signal, socket.signal]));
      const { model } = request;
      if (!again) yield { type: 'response-start', model, ...(warnings.length > 0 && { warnings }) };
      for await (const text of lines(response)) {
        if (text.trim() === '') {
          if (flaw === 'takes a heartbeat for an answer') yield { type: 'text-delta', delta: '' };
          continue;
        }
        const line = parse(text);
        limits.goOn();
        yield* toEvents(line, flaw);
        if (context.signal.aborted) socket.abort();
        if (line.done !== undefined) last ??= line;
      }
      if (!last && flaw !== 'cut is success') {
        if (flaw === 'asks again after a cut' && !again) return yield* run(request, context, true);
        if (flaw !== 'default finish reason') throw fail('bad-response', 'cut before its end');
      }
      const end = toEnd(last ?? {}, flaw);
      if (flaw === 'ends twice') yield end;
      yield end;
    } catch (error) {
      if (flaw === 'plain errors') throw error;
      if (flaw === 'asks for its own class' && context.signal.aborted) {
        const { reason } = context.signal;
        throw reason instanceof ChatError ? reason : fail('aborted', 'the caller left');
      }
      const known = toChatError(socket.signal.reason ?? error, { provider: 'demo', signal: context.signal });
      throw known.code === 'internal'
        ? fail('bad-response', 'the connection broke', { cause: error })
        : known;
    } finally {
      limits.end();
      if (flaw !== 'leaks the socket') socket.abort();
    }
  }

  const models = async ({ signal }: CallContext): Promise<readonly ModelInfo[]> => {
    const signals = [closing.signal, ...(flaw === 'lists models for nobody' ? [] : [signal])];
    try {
      const said = await (await open({}, AbortSignal.any(signals))).text();
      const found: unknown = JSON.parse(said.startsWith('[') ? said : 'null');
      if (Array.isArray(found)) return found as ModelInfo[];
      throw fail('bad-response', flaw === 'leaks the key with its models' ? said : 'no list of models');
    } catch (error) {
      throw toChatError(error, { provider: 'demo', signal });
    }
  };

  return {
    specificationVersion: 'v1',
    id: 'demo',
    capabilities: {
      tools: true,
      toolChoice: false,
      images: flaw === 'claims images',
      files: false,
      reasoning: true,
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
    models,
    close: async () => {
      closing.abort();
    },
  };
};
