import {
  type Availability,
  type CallContext,
  type Capabilities,
  ChatError,
  type EmbedRequest,
  type EmbedResponse,
  isChatError,
  type Provider,
} from '@lakehouse/chat-core';
import { createConnection } from './connection.js';
import type { CourierSettings } from './options.js';
import { streamAnswer } from './stream.js';
import { readModels, readVectors, readVersion } from './wire-lists.js';
import { withOwnFields } from './wire-request.js';

const capabilities: Capabilities = {
  tools: true,
  toolChoice: true,
  images: true,
  files: false,
  reasoning: true,
  structuredOutput: 'checked',
  embeddings: true,
};

/** A provider for one courier. `id` is the routing prefix and stands in errors. */
export const createCourier = (settings: CourierSettings, id = 'courier'): Provider => {
  const connection = createConnection(settings, id);
  const { call } = connection;

  const availability = async (context: CallContext): Promise<Availability> => {
    try {
      const detail = readVersion(await (await call({ method: 'GET', path: 'ping' }, context)).json(), id);
      return { available: true, ...(detail && { detail }) };
    } catch (error) {
      return { available: false, detail: isChatError(error) ? error.message : 'the courier cannot be asked' };
    }
  };

  const embed = async (request: EmbedRequest, context: CallContext): Promise<EmbedResponse> => {
    const { model, input: texts, tokens, dimensions: length, providerOptions } = request;
    if (tokens) {
      const message = `${id} takes texts to embed, and no token numbers`;
      throw new ChatError('unsupported', message, { provider: id, model, path: 'tokens' });
    }
    const body = withOwnFields({ model, texts, length }, providerOptions, id);
    const response = await call({ method: 'POST', path: 'embed', body, model }, context);
    return readVectors(await response.json(), request, id);
  };

  return {
    specificationVersion: 'v1',
    id,
    capabilities,
    credential: settings.key.status,
    stream: (request, context) => streamAnswer(connection, request, context),
    models: async (context) =>
      readModels(await (await call({ method: 'GET', path: 'models' }, context)).json(), id),
    availability,
    embed,
    close: () => connection.close(),
  };
};
