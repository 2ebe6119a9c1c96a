import { ChatError } from '@lakehouse/chat-core';
import type { Front } from '../front.js';
import { formatAnthropicResponse } from './answer.js';
import { parameterNames } from './body-names.js';
import { formatAnthropicError } from './error.js';
import { findModel, isAnthropicRequest, toModelList } from './models.js';
import { parseAnthropicRequest } from './request.js';
import { createAnthropicEncoder } from './stream.js';

/**
 * Anthropic's Messages API, for its SDKs and Claude Code. What a provider wants back with a turn is kept in thinking
 * blocks: reasoning with its signatures always, other metadata where the turn calls tools. Without thinking only the
 * metadata of the calls is kept, in a field of theirs.
 */
export const anthropicFront: Front = {
  name: 'anthropic',
  requestIdHeader: 'request-id',
  toWarnings: parameterNames.toWarnings,
  formatError: formatAnthropicError,
  routes: [
    {
      kind: 'chat',
      method: 'POST',
      path: '/v1/messages',
      streamType: 'text/event-stream; charset=utf-8',
      parse: ({ body }) => {
        const { thinking, ...parsed } = parseAnthropicRequest(body);
        return {
          ...parsed,
          formatResponse: (response, meta) => formatAnthropicResponse(response, meta, thinking),
          createEncoder: (meta, size) => createAnthropicEncoder(meta, thinking, size),
        };
      },
    },
    {
      kind: 'plain',
      method: 'POST',
      path: '/v1/messages/count_tokens',
      // No provider can count without answering, and an estimate would be a wrong number. Clients make their own.
      answer: () => {
        throw new ChatError('unsupported', 'Tokens cannot be counted here without asking the model', {
          status: 404,
        });
      },
    },
    {
      kind: 'catalogue',
      method: 'GET',
      path: '/v1/models',
      accepts: isAnthropicRequest,
      answer: toModelList,
    },
    {
      kind: 'catalogue',
      method: 'GET',
      path: '/v1/models/*id',
      accepts: isAnthropicRequest,
      answer: findModel,
    },
  ],
};
