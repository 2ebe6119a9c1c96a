import type { Front, FrontRoute, RouteInput } from '../front.js';
import { parseOpenaiEmbeddings } from './embeddings.js';
import { formatOpenaiError } from './error.js';
import { findOpenaiModel, listOpenaiModels } from './models.js';
import { openaiNames } from './names.js';
import { parseOpenaiRequest } from './request.js';
import { formatOpenaiResponse } from './response.js';
import { createOpenaiStreamEncoder } from './stream.js';

/** Anthropic's SDKs ask for their own catalogue under the same path. */
const accepts = (headers: RouteInput['headers']): boolean => headers['anthropic-version'] === undefined;

/** The routes below `prefix`: users set the address of an SDK with `/v1`, and without. */
const routesBelow = (prefix: string): readonly FrontRoute[] => [
  {
    kind: 'chat',
    method: 'POST',
    path: `${prefix}/chat/completions`,
    streamType: 'text/event-stream; charset=utf-8',
    parse: ({ body }) => {
      const { includeUsage, ...exchange } = parseOpenaiRequest(body);
      return {
        ...exchange,
        namesProviders: true,
        formatResponse: formatOpenaiResponse,
        createEncoder: (meta, size) => createOpenaiStreamEncoder({ meta, includeUsage, ...size }),
      };
    },
  },
  {
    kind: 'embed',
    method: 'POST',
    path: `${prefix}/embeddings`,
    parse: ({ body }) => parseOpenaiEmbeddings(body),
  },
  { kind: 'catalogue', method: 'GET', path: `${prefix}/models`, accepts, answer: listOpenaiModels },
  { kind: 'catalogue', method: 'GET', path: `${prefix}/models/*id`, accepts, answer: findOpenaiModel },
];

/** OpenAI's Chat Completions, embeddings and catalogue of models. */
export const openaiFront: Front = {
  name: 'openai',
  toWarnings: openaiNames.toWarnings,
  formatError: formatOpenaiError,
  routes: [...routesBelow('/v1'), ...routesBelow('')],
};
