import http, { type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import { createProxyServer } from 'httpxy';
import type { GatewayConfig } from './config.js';
import { endExchange, exchangeOf } from './exchange.js';
import { sendFailure } from './failure.js';
import { toAnswerHeaders, toForwardedHeaders } from './headers.js';
import { toFailure, UpstreamTimeout } from './upstream-error.js';

export type ForwarderConfig = Pick<GatewayConfig, 'chatdUrl' | 'connectTimeout' | 'idleTimeout'>;

/** Sends requests on to chatd and its answers back. */
export interface Forwarder {
  /** Settles when the exchange is over; never rejects because of chatd or the client. */
  forward(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Drops idle connections. */
  close(): void;
}

/**
 * Idle connections are closed after this, or a second before chatd would by its `keep-alive` header. Without it Node's
 * agent ignores that header, and a request may meet a connection that chatd is just closing.
 */
const keptFor = 30_000;

/** The library's own agent would let stream 257 wait without a word. */
const createAgent = (chatdUrl: URL): http.Agent | https.Agent => {
  const { Agent } = chatdUrl.protocol === 'https:' ? https : http;
  return new Agent({
    keepAlive: true,
    maxSockets: Number.POSITIVE_INFINITY,
    scheduling: 'lifo',
    timeout: keptFor,
  });
};

const limitTime = (upstream: ClientRequest, response: ServerResponse, config: ForwarderConfig): void => {
  const { socket } = upstream;
  if (socket?.connecting) {
    const timer = setTimeout(() => {
      upstream.destroy(new UpstreamTimeout('connect'));
    }, config.connectTimeout);
    const stop = (): void => clearTimeout(timer);
    socket.once(config.chatdUrl.protocol === 'https:' ? 'secureConnect' : 'connect', stop);
    upstream.once('close', stop);
  }
  upstream.setTimeout(config.idleTimeout, () => {
    // While the client does not read, chatd is not read either: the silence is not chatd's.
    const isStalled = response.writableNeedDrain;
    if (response.headersSent) endExchange(response, isStalled ? 'client-stalled' : 'timeout');
    upstream.destroy(new UpstreamTimeout('idle'));
  });
};

/** Writes chatd's status and headers at once: an event stream may stay silent for long after them. */
const beginAnswer = (answer: IncomingMessage, response: ServerResponse): void => {
  const { requestId } = exchangeOf(response);
  const headers = toAnswerHeaders(answer.rawHeaders, answer.headers.connection, requestId);
  response.writeHead(answer.statusCode ?? 0, headers);
  response.flushHeaders();
  answer.once('error', () => {
    if (!response.destroyed) endExchange(response, 'cut'); // otherwise the client left first
  });
  answer.pipe(response);
};

/**
 * A forwarder on httpxy, which connects both sides: a client that leaves ends the call of chatd, a chatd that breaks
 * off ends the client's connection, and a side that does not read stops the other. What it lacks is here: its timeouts
 * look like resets, and it passes on hop-by-hop headers.
 */
export const createForwarder = (config: ForwarderConfig): Forwarder => {
  const agent = createAgent(config.chatdUrl);
  const proxy = createProxyServer({
    target: config.chatdUrl,
    agent,
    changeOrigin: true,
    selfHandleResponse: true, // the headers of `answer` must stay whole: the agent reads `keep-alive` from them
  });
  proxy.on('proxyReq', (upstream, _request, response) => {
    limitTime(upstream, response, config);
    // Nobody asked for it: without a listener Node would drop the connection and tell no one.
    upstream.once('upgrade', (_answer, socket) => {
      socket.destroy();
      sendFailure(response, { code: 'bad-response', message: 'chatd answered with a change of protocol' });
    });
  });
  proxy.on('proxyRes', (answer, _request, response) => {
    try {
      beginAnswer(answer, response);
    } catch (error) {
      // A status or header that Node's parser lets in, but that cannot be written.
      sendFailure(response, toFailure(error));
      answer.destroy();
    }
  });
  return {
    async forward(request, response) {
      request.headers = toForwardedHeaders(request.headers, exchangeOf(response).requestId);
      try {
        await proxy.web(request, response);
      } catch (error) {
        // After the headers the library itself ends the client's connection if the answer is not whole. It may be
        // whole: chatd may refuse an upload early and close.
        if (!response.headersSent && !response.destroyed) sendFailure(response, toFailure(error));
      }
    },
    close: () => agent.destroy(),
  };
};
