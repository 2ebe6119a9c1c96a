import type { AnswerMeta, Front } from '../front.js';
import { formatNativeError } from './error.js';
import { nativeNames } from './names.js';
import { parseNativeRequest } from './request.js';
import { formatNativeResponse, type NativeResponseMeta } from './response.js';
import { createNativeStreamEncoder } from './stream.js';

const toMeta = ({ requestId, provider, latencyMs, attempts, warnings }: AnswerMeta): NativeResponseMeta => ({
  id: `chat_${requestId}`,
  provider,
  latencyMs,
  attempts,
  warnings,
});

/** The service's own protocol: everything that a request and its answer can say. */
export const nativeFront: Front = {
  name: 'native',
  toWarnings: nativeNames.toWarnings,
  formatError: formatNativeError,
  routes: [
    {
      kind: 'chat',
      method: 'POST',
      path: '/v1/chat',
      streamType: 'text/event-stream; charset=utf-8',
      parse: ({ body }) => ({
        ...parseNativeRequest(body),
        namesProviders: true,
        formatResponse: (response, meta) => formatNativeResponse(response, toMeta(meta)),
        createEncoder: (meta, size) =>
          createNativeStreamEncoder({ requestId: meta().requestId, meta: () => toMeta(meta()), ...size }),
      }),
    },
  ],
};
