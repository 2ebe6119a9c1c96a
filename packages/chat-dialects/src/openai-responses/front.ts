import { ChatError } from '@lakehouse/chat-core';
import type { Front, FrontRoute, RouteInput } from '../front.js';
import { formatResponsesAnswer } from './answer.js';
import { formatResponsesError, responsesNames } from './error.js';
import { parseResponsesRequest } from './request.js';
import { createResponsesStreamEncoder } from './stream.js';

/** Says that there is no such answer, as for any id that is not known. */
const refuseStored = ({ params }: RouteInput): never => {
  const id = JSON.stringify((params.id ?? '').slice(0, 100));
  const message = `response ${id} not found: answers are not stored here; keep their output, and send it as input`;
  throw new ChatError('invalid-request', message, { status: 404 });
};

/** Some versions of Codex try a WebSocket first. */
const refuseGet = (): never => {
  throw new ChatError('invalid-request', 'expected POST with a JSON body', { status: 405 });
};

/** The routes below `prefix`: users set the address of an SDK with `/v1`, and without. */
const routesBelow = (prefix: string): readonly FrontRoute[] => [
  {
    kind: 'chat',
    method: 'POST',
    path: `${prefix}/responses`,
    streamType: 'text/event-stream; charset=utf-8',
    parse: ({ body }) => {
      const parsed = parseResponsesRequest(body);
      const { request, stream, warnings } = parsed;
      return {
        request,
        stream,
        warnings,
        namesProviders: true,
        formatResponse: (response, meta) => formatResponsesAnswer(response, parsed, meta),
        createEncoder: (meta, size) => createResponsesStreamEncoder(parsed, meta, size),
      };
    },
  },
  { kind: 'plain', method: 'GET', path: `${prefix}/responses`, answer: refuseGet },
  { kind: 'plain', method: 'GET', path: `${prefix}/responses/:id`, answer: refuseStored },
  { kind: 'plain', method: 'DELETE', path: `${prefix}/responses/:id`, answer: refuseStored },
  { kind: 'plain', method: 'GET', path: `${prefix}/responses/:id/input_items`, answer: refuseStored },
  { kind: 'plain', method: 'POST', path: `${prefix}/responses/:id/cancel`, answer: refuseStored },
];

/** OpenAI's Responses, without a memory: everything that a request builds on has to be in it. */
export const openaiResponsesFront: Front = {
  name: 'openai-responses',
  toWarnings: responsesNames.toWarnings,
  formatError: formatResponsesError,
  routes: [...routesBelow('/v1'), ...routesBelow('')],
};
