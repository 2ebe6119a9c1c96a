import type { Socket } from 'node:net';
import type { Transport } from '@lakehouse/chat-core';
import { type buildConnector, Client, type Dispatcher, errors } from 'undici';
import { createConnector } from './connector.js';

type Connect = buildConnector.connector;

/** Where a client notes what kind of connection a call goes over. */
interface ConnectionNote {
  /** It was made for this call; else an earlier call had left it open. */
  isNew: boolean;
}

/** A request that carries its signal and its note to the client: a pool hands its options on as they are. */
export interface NotedDispatchOptions extends Dispatcher.DispatchOptions {
  readonly signal: AbortSignal;
  readonly connection: ConnectionNote;
}

/** Whoever waits for the connection that a client is making. */
interface Waiting {
  signal?: AbortSignal | undefined;
  connection?: ConnectionNote | undefined;
}

const cancelled = (): Error =>
  new errors.RequestAbortedError('The call was cancelled while it was connecting');

/**
 * A client whose calls can be cancelled while they wait for a connection: undici looks at a signal only once a request is
 * written. It serves one request at a time, so a connection that is being made belongs to the request dispatched last.
 * For the same reason it can tell a call whether its connection was made for it.
 */
class CancellableClient extends Client {
  readonly #waiting: Waiting;

  constructor(origin: URL, options: Client.Options & { readonly connect: Connect }) {
    const waiting: Waiting = {};
    super(origin, { ...options, pipelining: 1, connect: connectWhile(waiting, options.connect) });
    this.#waiting = waiting;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const { signal, connection } = options as Waiting;
    this.#waiting.signal = signal;
    this.#waiting.connection = connection;
    return super.dispatch(options, handler);
  }
}

/** Connects as the given connector does, but destroys the socket when whoever waits for it leaves. */
const connectWhile =
  (waiting: Waiting, connect: Connect): Connect =>
  (options, callback) => {
    const { signal, connection } = waiting;
    // Noted here, not at dispatch: undici looks once more at an idle connection, and replaces one that is gone.
    if (connection) connection.isNew = true;
    const leave = (): void => {
      socket.destroy(cancelled());
    };
    const socket = connect(options, (...result) => {
      signal?.removeEventListener('abort', leave);
      callback(...result);
    }) as unknown as Socket; // the types leave out that undici's own connector gives its socket back
    if (signal?.aborted) leave();
    else signal?.addEventListener('abort', leave, { once: true });
  };

/** What a `Pool` needs for clients whose calls can be cancelled while they are connecting. */
export const cancellableClients = (connectMs: number, transport: Transport | undefined) => ({
  connect: createConnector({ timeout: connectMs, allowH2: false }, transport),
  factory: (origin: URL, options: object): Dispatcher =>
    new CancellableClient(origin, options as Client.Options & { readonly connect: Connect }),
});
