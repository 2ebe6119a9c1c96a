// The only file that does I/O.
import {
  type Availability,
  type CallContext,
  type Capabilities,
  ChatError,
  type ChatEvent,
  type ChatRequest,
  type ModelInfo,
  type Provider,
  toChatError,
} from '@lakehouse/chat-core';
import {
  createNdjsonDecoder,
  createUpstream,
  decodeBody,
  findKey,
  requireKey,
  toFrameError,
  toHttpError,
  type UpstreamCall,
  type UpstreamResponse,
} from '@lakehouse/provider-utils';
import { defaultTimeouts, defaultUrl, keyNames, pluginName, type Settings } from './options.js';
import { isFailure, readLine, readModels, toOutgoing } from './wire.js';

/** Edit: what the wire mapping can express. The conformance kit holds the provider to both sides of it. */
const capabilities: Capabilities = {
  tools: false,
  toolChoice: false,
  images: false,
  files: false,
  reasoning: false,
  structuredOutput: 'none',
  embeddings: false,
};

const availabilityMs = 2_000;

/** A provider for one such service. `id` is the prefix of its models' names, and stands in errors. */
export const createAcme = (settings: Settings = {}, id: string = pluginName): Provider => {
  const key = findKey({ keyEnv: keyNames, ...settings });
  const secret = key?.secret;
  const upstream = createUpstream({
    provider: id,
    baseUrl: settings.url ?? defaultUrl,
    secret, // sent as "Authorization: Bearer"; for another header see `headers`
    timeouts: settings.timeouts ?? defaultTimeouts,
    transport: settings.transport,
    limits: settings.limits ?? {},
  });

  /** Calls the service; throws for a status that is not 200, and before any socket when the key is missing. */
  const send = async (call: UpstreamCall): Promise<UpstreamResponse> => {
    requireKey(id, key?.status);
    call.signal.throwIfAborted();
    const response = await upstream.request(call);
    if (response.status === 200) return response;
    // Edit: `rules` say what the service's own errors mean, where the common rules read them differently.
    throw await toHttpError(response, { provider: id, model: call.model, secret, rules: [] });
  };

  async function* answer(request: ChatRequest, context: CallContext): AsyncGenerator<ChatEvent> {
    const { model } = request;
    const { signal, delivery, rawChunks } = context;
    const broken = (what: string): ChatError =>
      new ChatError('bad-response', `${id}: ${what}`, { provider: id, model });
    const { body, warnings } = toOutgoing(request, id, delivery);
    const response = await send({ method: 'POST', path: 'generate', body, signal, model, delivery });
    yield { type: 'response-start', model, ...(warnings.length > 0 && { warnings }) };
    // A whole answer is one line. Edit: `createSseDecoder` reads server-sent events.
    const decoder = createNdjsonDecoder(upstream.limits.lineBytes);
    for await (const value of decodeBody(response.body, decoder)) {
      if (isFailure(value)) throw toFrameError(value, { provider: id, model, secret });
      if (rawChunks) yield { type: 'raw-chunk', chunk: value };
      const line = readLine(value);
      if (!line) throw broken('the answer is malformed');
      if (line.text !== '') yield { type: 'text-delta', delta: line.text };
      if (line.end) {
        yield line.end;
        return;
      }
    }
    // A body that ends without the service's own end is a failure, never a short answer.
    throw broken('the answer was cut before its end');
  }

  async function* stream(request: ChatRequest, context: CallContext): AsyncGenerator<ChatEvent> {
    try {
      yield* answer(request, context);
    } catch (error) {
      throw toChatError(error, { provider: id, model: request.model, signal: context.signal });
    }
  }

  const models = async ({ signal }: Pick<CallContext, 'signal'>): Promise<readonly ModelInfo[]> => {
    try {
      const response = await send({ method: 'GET', path: 'models', signal });
      const found = readModels(await response.json());
      if (found) return found;
      throw new ChatError('bad-response', `${id}: the list of models is malformed`, { provider: id });
    } catch (error) {
      throw toChatError(error, { provider: id, signal });
    }
  };

  const availability = async (context: CallContext): Promise<Availability> => {
    const limit = AbortSignal.timeout(availabilityMs);
    try {
      await models({ signal: AbortSignal.any([context.signal, limit]) });
      return { available: true };
    } catch (error) {
      const late = `${id} did not answer within ${availabilityMs / 1000} s`;
      return { available: false, detail: limit.aborted ? late : toChatError(error).message };
    }
  };

  return {
    specificationVersion: 'v1',
    id,
    capabilities,
    ...(key && { credential: key.status }),
    stream,
    models,
    availability,
    close: () => upstream.close(),
  };
};
