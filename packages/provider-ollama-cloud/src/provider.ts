import type {
  Availability,
  CallContext,
  Capabilities,
  ChatError,
  ChatRequest,
  EmbedRequest,
  EmbedResponse,
  ModelInfo,
  Provider,
} from '@lakehouse/chat-core';
import {
  askAvailability,
  checkBaseUrl,
  createAnswerReader,
  createFetchJson,
  type Exchange,
  ollamaFaultRules,
  readEmbedAnswer,
  readListedDetails,
  readTags,
  streamExchange,
  toEmbedBody,
  toModelInfo,
  withProviderOptions,
} from '@lakehouse/provider-ollama';
import {
  checkFormat,
  createCodeFenceFilter,
  createUpstream,
  createWarningList,
  findKey,
  requireKey,
  toHttpError,
  type UpstreamResponse,
} from '@lakehouse/provider-utils';
import { withoutCloudMark } from './model-name.js';
import {
  defaultKeyEnv,
  defaultUrl,
  type OllamaCloudSettings,
  ollamaCloudTimeouts,
  pluginName,
} from './options.js';
import { chainFilters, createLabelFilter } from './text-filters.js';
import { toUpstreamRequest } from './wire-request.js';
import { createGenerateReader } from './wire-response.js';

const capabilities: Capabilities = {
  tools: true,
  toolChoice: false,
  images: true,
  files: false,
  reasoning: true,
  structuredOutput: 'checked',
  embeddings: true,
};

const availabilityMs = 5_000;

/** A provider for Ollama Cloud. `id` is the routing prefix and stands in errors. Throws for a wrong `url`. */
export const createOllamaCloud = (settings: OllamaCloudSettings = {}, id = 'ollama_cloud'): Provider => {
  const { url = defaultUrl, timeouts = ollamaCloudTimeouts, transport, limits = {} } = settings;
  const key = findKey({ keyEnv: defaultKeyEnv, ...settings });
  const baseUrl = checkBaseUrl(id, url);
  const upstream = createUpstream({
    provider: id,
    baseUrl,
    secret: key?.secret,
    timeouts,
    transport,
    limits,
  });
  const names = [pluginName, id];
  const fault = { provider: id, rules: ollamaFaultRules, secret: key?.secret };

  const toError = (response: UpstreamResponse, model?: string): Promise<ChatError> =>
    toHttpError(response, { ...fault, model });

  const guard = (): void => requireKey(id, key?.status);
  const fetchJson = createFetchJson({ upstream, guard, toError });

  const prepare = (asked: ChatRequest, context: CallContext): Exchange => {
    guard();
    const request = { ...asked, model: withoutCloudMark(asked.model) };
    const { format, providerOptions } = request;
    const { delivery, rawChunks } = context;
    const warnings = createWarningList(id, request);
    const own = toUpstreamRequest(request, { provider: id, delivery, warnings });
    const body = withProviderOptions(own.body, providerOptions, names);
    const model = typeof body.model === 'string' ? body.model : request.model;
    const generated = own.endpoint === 'generate' ? createGenerateReader() : undefined;
    const filter = chainFilters([
      ...(own.isTranscript ? [createLabelFilter()] : []),
      ...(format === undefined ? [] : [createCodeFenceFilter()]),
    ]);
    return {
      upstream,
      provider: id,
      path: `api/${own.endpoint}`,
      body: { ...body, model },
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
        ...(generated && { read: generated.read, endWarnings: generated.warnings }),
        ...(filter && { filter }),
        ...(format !== undefined && { check: (text: string) => checkFormat(format, text) }),
      }),
    };
  };
  const stream: Provider['stream'] = (request, context) => streamExchange(() => prepare(request, context));

  const models = async ({ signal }: CallContext): Promise<readonly ModelInfo[]> => {
    const tags = await fetchJson({ method: 'GET', path: 'api/tags', signal });
    return readTags(tags, id).map((model) => toModelInfo(model, readListedDetails(model)));
  };

  const availability = (context: CallContext): Promise<Availability> =>
    askAvailability(context.signal, availabilityMs, async (signal) => {
      readTags(await fetchJson({ method: 'GET', path: 'api/tags', signal }), id);
      return 'reachable; the key is only proved by a chat call'; // the catalogue answers without a key too
    });

  const embed = async (asked: EmbedRequest, { signal }: CallContext): Promise<EmbedResponse> => {
    const request = { ...asked, model: withoutCloudMark(asked.model) };
    const { model, providerOptions } = request;
    const body = withProviderOptions(toEmbedBody(request, id), providerOptions, names);
    if (request.input.length === 0) return { model, embeddings: [] };
    const answer = await fetchJson({ method: 'POST', path: 'api/embed', body, signal, model });
    return readEmbedAnswer(answer, request, id);
  };

  return {
    specificationVersion: 'v1',
    id,
    capabilities,
    ...(key && { credential: key.status }),
    stream,
    models,
    availability,
    embed,
    close: () => upstream.close(),
  };
};
