import {
  ChatError,
  type ChatEvent,
  type ChatRequest,
  type ChatWarning,
  type Provider,
  Secret,
  toChatError,
} from '@lakehouse/chat-core';
import type { ProviderOverrides } from '@lakehouse/provider-testkit';
import {
  createNdjsonDecoder,
  createUpstream,
  decodeBody,
  toFrameError,
  toHttpError,
} from '../../src/index.js';

const nothing = {
  tools: false,
  toolChoice: false,
  images: false,
  files: false,
  reasoning: false,
  structuredOutput: 'none',
  embeddings: false,
} as const;

interface Line {
  readonly text?: string;
  readonly done?: string;
  readonly error?: string;
}

const isMedia = ({ messages }: ChatRequest): boolean =>
  messages.some(({ content }) => typeof content !== 'string' && content.some(({ type }) => type !== 'text'));

/** What the wire has no word for: an image or a format is refused, a setting is dropped with a warning. */
const checkRequest = (request: ChatRequest): readonly ChatWarning[] => {
  const { model: _, messages: __, strict, providerOptions: ___, ...settings } = request;
  const lost = Object.entries(settings).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  const refused = isMedia(request) ? 'messages' : lost.find((name) => strict || name === 'format');
  if (refused !== undefined)
    throw new ChatError('unsupported', `example has no ${refused}`, { provider: 'example', path: refused });
  return lost.map((parameter) => ({
    code: 'parameter-dropped',
    parameter,
    message: `example has no ${parameter}`,
  }));
};

/** The provider of the README, for a made-up wire: lines of `{"text":…}`, then `{"done":"stop"}`. */
export const createExample = (url: string, overrides: ProviderOverrides = {}): Provider => {
  const key = 'key' in overrides ? overrides.key : 'example-key';
  const secret = key === undefined ? undefined : new Secret(key);
  const upstream = createUpstream({
    provider: 'example',
    baseUrl: url,
    secret,
    ...(overrides.limits && { limits: overrides.limits }),
    ...(overrides.timeouts && { timeouts: overrides.timeouts }),
  });

  async function* events(
    request: ChatRequest,
    { signal, delivery }: { signal: AbortSignal; delivery: 'stream' | 'whole' },
  ): AsyncGenerator<ChatEvent> {
    const { model } = request;
    if (!secret)
      throw new ChatError('provider-unavailable', 'example has no key: set EXAMPLE_API_KEY', {
        provider: 'example',
      });
    const fault = { provider: 'example', model, secret };
    const warnings = checkRequest(request);
    const body = { model, stream: delivery === 'stream', ...request.providerOptions?.example };
    const response = await upstream.request({ method: 'POST', path: '/chat', body, signal, model, delivery });
    if (response.status !== 200) throw await toHttpError(response, fault);
    yield { type: 'response-start', model, ...(warnings.length > 0 && { warnings }) };
    let done: string | undefined;
    for await (const value of decodeBody(response.body, createNdjsonDecoder(upstream.limits.lineBytes))) {
      const line = value as Line;
      if (line.error !== undefined) throw toFrameError(line, { ...fault, headers: response.headers });
      if (line.text) yield { type: 'text-delta', delta: line.text };
      done ??= line.done;
    }
    if (done === undefined)
      throw new ChatError('bad-response', 'example cut the answer before its end', fault);
    yield done === 'stop'
      ? { type: 'response-end', finishReason: 'stop' }
      : { type: 'response-end', finishReason: 'other', rawFinishReason: done };
  }

  return {
    specificationVersion: 'v1',
    id: 'example',
    capabilities: nothing,
    credential: { present: secret !== undefined, hint: 'set EXAMPLE_API_KEY' },
    async *stream(request, context) {
      try {
        yield* events(request, context);
      } catch (error) {
        throw toChatError(error, { provider: 'example', model: request.model, signal: context.signal });
      }
    },
    close: () => upstream.close(),
  };
};
