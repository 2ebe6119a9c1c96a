import {
  type Availability,
  type CallContext,
  type Capabilities,
  ChatError,
  type ChatEvent,
  type ChatRequest,
  type EmbedRequest,
  type EmbedResponse,
  isChatError,
  type ModelInfo,
  type Provider,
} from '@lakehouse/chat-core';
import {
  checkFormat,
  createNdjsonDecoder,
  createUpstream,
  decodeBody,
  type FaultContext,
  ToolCallAssembler,
  toFrameError,
  toHttpError,
  type UpstreamCall,
  type UpstreamResponse,
} from '@lakehouse/provider-utils';
import { type CourierSettings, courierTimeouts } from './options.js';
import { modelsSchema, readAs, readLine, toFinish, toUsage, vectorsSchema } from './wire-answer.js';
import { toBody } from './wire-request.js';

const capabilities: Capabilities = {
  tools: true,
  toolChoice: true,
  images: false,
  files: false,
  reasoning: true,
  structuredOutput: 'checked',
  embeddings: true,
};

/** A provider for one courier. `id` is the routing prefix and stands in errors. */
export const createCourier = (settings: CourierSettings, id = 'courier'): Provider => {
  const { url, key, timeouts = courierTimeouts, transport, limits = {} } = settings;
  const { secret, status: credential } = key;
  const upstream = createUpstream({ provider: id, baseUrl: url, secret, timeouts, transport, limits });
  const fault = (model?: string): FaultContext => ({ provider: id, model, secret });

  const call = async (options: UpstreamCall): Promise<UpstreamResponse> => {
    if (!secret) throw new ChatError('provider-unavailable', `${id}: ${credential.hint}`, { provider: id });
    const response = await upstream.request(options);
    if (response.status !== 200) throw await toHttpError(response, fault(options.model));
    return response;
  };

  async function* linesOf(
    request: ChatRequest,
    context: CallContext,
    body: unknown,
  ): AsyncGenerator<unknown> {
    const { signal, delivery } = context;
    const { model } = request;
    const response = await call({ method: 'POST', path: 'answer', body, signal, model, delivery });
    if (delivery === 'whole') yield await response.json();
    else yield* decodeBody(response.body, createNdjsonDecoder(upstream.limits.lineBytes));
  }

  async function* stream(request: ChatRequest, context: CallContext): AsyncGenerator<ChatEvent> {
    const { model, format } = request;
    const { body, warnings } = toBody(request, context.delivery === 'stream', id);
    const calls = new ToolCallAssembler();
    let started = false;
    let text = '';
    for await (const value of linesOf(request, context, body)) {
      const line = readLine(value, id);
      if (line.error) throw toFrameError(value, fault(model));
      if (!started) yield { type: 'response-start', model, ...(warnings.length > 0 && { warnings }) };
      started = true;
      if (context.rawChunks) yield { type: 'raw-chunk', chunk: value };
      if (line.thinking) yield { type: 'reasoning-delta', delta: line.thinking };
      if (line.text) yield { type: 'text-delta', delta: line.text };
      text += line.text ?? '';
      for (const fragment of line.calls ?? []) yield* calls.push(fragment);
      if (typeof line.done !== 'string') continue;
      yield* calls.end();
      const mismatch = format === undefined ? undefined : checkFormat(format, text);
      const usage = toUsage(line);
      yield {
        type: 'response-end',
        ...toFinish(line.done),
        ...(usage && { usage }),
        ...(mismatch && { warnings: [mismatch] }),
      };
      return;
    }
    throw new ChatError('bad-response', `${id} cut the answer before its end`, { provider: id, model });
  }

  const models = async ({ signal }: CallContext): Promise<readonly ModelInfo[]> => {
    const response = await call({ method: 'GET', path: 'models', signal });
    const list = readAs(modelsSchema, await response.json(), id);
    return list.models.map(({ name, window }) => ({
      id: name,
      ...(typeof window === 'number' && { contextWindow: window }),
    }));
  };

  const availability = async ({ signal }: CallContext): Promise<Availability> => {
    try {
      (await call({ method: 'GET', path: 'ping', signal })).discard();
      return { available: true };
    } catch (error) {
      return { available: false, detail: isChatError(error) ? error.message : 'the courier cannot be asked' };
    }
  };

  const embed = async (request: EmbedRequest, { signal }: CallContext): Promise<EmbedResponse> => {
    const { model, input: texts } = request;
    const response = await call({ method: 'POST', path: 'embed', body: { model, texts }, signal, model });
    return { model, embeddings: readAs(vectorsSchema, await response.json(), id).vectors };
  };

  const close = (): Promise<void> => upstream.close();
  return {
    specificationVersion: 'v1',
    id,
    capabilities,
    credential,
    stream,
    models,
    availability,
    embed,
    close,
  };
};
