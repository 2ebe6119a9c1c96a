import type {
  Availability,
  CallContext,
  Capabilities,
  ChatError,
  ChatRequest,
  EmbedRequest,
  EmbedResponse,
  JsonObject,
  Provider,
} from '@lakehouse/chat-core';
import {
  checkFormat,
  createUpstream,
  createWarningList,
  findKey,
  requireKey,
  type UpstreamResponse,
} from '@lakehouse/provider-utils';
import { createAnswerReader } from './answer-reader.js';
import { createCatalogue } from './catalogue.js';
import { type Exchange, streamExchange } from './exchange.js';
import { ollamaFaultRules, toOllamaError } from './faults.js';
import { askAvailability, createFetchJson } from './json-calls.js';
import { checkBaseUrl, defaultUrl, type OllamaSettings, ollamaTimeouts, pluginName } from './options.js';
import { readEmbedAnswer, toEmbedBody } from './wire-embed.js';
import { toChatBody, withProviderOptions } from './wire-request.js';
import { readVersion } from './wire-version.js';

const capabilities: Capabilities = {
  tools: true,
  toolChoice: false,
  images: true,
  files: false,
  reasoning: true,
  structuredOutput: 'enforced',
  embeddings: true,
};

const availabilityMs = 2_000;

/** A provider for one Ollama server, over its native API. `id` is the routing prefix and stands in errors. Throws for a wrong `url`. */
export const createOllama = (settings: OllamaSettings = {}, id = 'ollama'): Provider => {
  const { url = defaultUrl, keepAlive, timeouts = ollamaTimeouts, transport, limits = {} } = settings;
  const key = findKey(settings);
  const baseUrl = checkBaseUrl(id, url);
  const upstream = createUpstream({
    provider: id,
    baseUrl,
    secret: key?.secret,
    timeouts,
    transport,
    limits,
  });
  const fault = { provider: id, rules: ollamaFaultRules, secret: key?.secret };
  const names = [pluginName, id];
  const defaults: JsonObject = keepAlive === undefined ? {} : { keep_alive: keepAlive };

  const toError = (response: UpstreamResponse, model?: string): Promise<ChatError> =>
    toOllamaError(response, { ...fault, model });

  const guard = (): void => requireKey(id, key?.status);
  const fetchJson = createFetchJson({ upstream, guard, toError });

  const prepare = (request: ChatRequest, context: CallContext): Exchange => {
    guard();
    const warnings = createWarningList(id, request);
    const { delivery, rawChunks } = context;
    const own = { ...defaults, ...toChatBody(request, { provider: id, delivery, warnings }) };
    const merged = withProviderOptions(own, request.providerOptions, names);
    const model = typeof merged.model === 'string' ? merged.model : request.model;
    const { format } = request;
    return {
      upstream,
      provider: id,
      path: 'api/chat',
      body: { ...merged, model },
      context,
      warnings,
      toError,
      reader: createAnswerReader({
        fault,
        plugin: pluginName,
        request,
        model,
        rawChunks,
        warnings: () => warnings.warnings,
        // The server enforces a format, but not for cloud models and not with every engine; that alone is looked for.
        ...(format !== undefined && { check: (text: string) => checkFormat('json', text) }),
      }),
    };
  };
  const stream: Provider['stream'] = (request, context) => streamExchange(() => prepare(request, context));

  const availability = async (context: CallContext): Promise<Availability> => {
    const ask = async (signal: AbortSignal): Promise<string> =>
      readVersion(await fetchJson({ method: 'GET', path: 'api/version', signal }), id);
    const answer = await askAvailability(context.signal, availabilityMs, ask);
    return answer.available ? answer : { ...answer, detail: `${answer.detail} (${upstream.baseUrl})` };
  };

  const embed = async (request: EmbedRequest, { signal }: CallContext): Promise<EmbedResponse> => {
    const { model, providerOptions } = request;
    const body = withProviderOptions({ ...defaults, ...toEmbedBody(request, id) }, providerOptions, names);
    if (request.input.length === 0) return { model, embeddings: [] }; // it would only load the model
    return readEmbedAnswer(
      await fetchJson({ method: 'POST', path: 'api/embed', body, signal, model }),
      request,
      id,
    );
  };

  return {
    specificationVersion: 'v1',
    id,
    capabilities,
    ...(key && { credential: key.status }),
    stream,
    models: createCatalogue(id, fetchJson),
    availability,
    embed,
    close: () => upstream.close(),
  };
};
