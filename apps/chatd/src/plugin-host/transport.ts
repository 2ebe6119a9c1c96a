import { ChatError, isChatError, type Timeouts, type Transport } from '@lakehouse/chat-core';
import { formatByteSize } from '@lakehouse/config-file';
import { Agent, Dispatcher1Wrapper } from 'undici';
import { type AddressRules, createAddressCheck } from './address-rules.js';
import { createGuardedConnector, createGuardedLookup } from './guarded-connections.js';

/** Node's timers take a longer delay for one of a millisecond. */
const longestTimerMs = 2 ** 31 - 1;

/** A transport, and the end of its sockets, which is not for plugins. */
export interface OwnTransport {
  readonly transport: Transport;
  close(): Promise<void>;
}

/** The same response, with a body that ends in an error where it becomes too large. */
const limitBody = (response: Response, provider: string, most: number): Response => {
  const { body, status, statusText, headers, url, redirected } = response;
  if (!body) return response;
  let bytes = 0;
  const limited = body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(piece, controller) {
        bytes += piece.byteLength;
        if (bytes <= most) {
          controller.enqueue(piece);
          return;
        }
        const message = `${provider}: the upstream sent a body of more than ${formatByteSize(most)}`;
        controller.error(new ChatError('bad-response', message, { provider, retryable: false }));
      },
    }),
  );
  const copy = new Response(limited, { status, statusText, headers });
  return Object.defineProperties(copy, { url: { value: url }, redirected: { value: redirected } });
};

/**
 * What an instance reaches its upstream with; nothing is opened before the first call. `most`: bytes of an answer,
 * decompressed, that its `fetch` reads.
 */
export const createTransport = (rules: AddressRules, timeouts: Timeouts, most: number): OwnTransport => {
  const { id } = rules;
  const checkAddress = createAddressCheck(rules);
  const lookup = createGuardedLookup(checkAddress);
  const connectMs = Math.min(timeouts.connectMs ?? 0, longestTimerMs);
  const agent = new Agent({
    connect: createGuardedConnector(checkAddress, lookup, connectMs),
    allowH2: false, // cancelling has to close a socket
    headersTimeout: 0, // how long an answer may take is measured around the provider, and ends in its signal
    bodyTimeout: 0,
  });
  const dispatcher = new Dispatcher1Wrapper(agent); // for the older undici that Node's own fetch is

  const guardedFetch: Transport['fetch'] = async (input, init) => {
    const options = { ...init, dispatcher } as unknown as RequestInit;
    const response = await fetch(input, options).catch((error: Error) => {
      throw isChatError(error.cause) ? error.cause : error;
    });
    if (response.status <= 599) return limitBody(response, id, most);
    await response.body?.cancel();
    const message = `${id}: the upstream answered with the status ${response.status}`;
    throw new ChatError('bad-response', message, { provider: id, upstreamStatus: response.status });
  };

  return { transport: { checkAddress, lookup, fetch: guardedFetch }, close: () => agent.destroy() };
};
