import type { Socket } from 'node:net';
import { buildConnector, Client, type Dispatcher, errors } from 'undici';

type Connect = buildConnector.connector;

const cancelled = (): Error =>
  new errors.RequestAbortedError('The call was cancelled while it was connecting');

/**
 * A client whose calls can be cancelled while they wait for a connection: undici looks at a signal only once a request is
 * written. It serves one request at a time, so a connection that is being made belongs to the request dispatched last.
 */
class CancellableClient extends Client {
  readonly #waiting: { signal: AbortSignal | undefined };

  constructor(origin: URL, options: Client.Options & { readonly connect: Connect }) {
    const waiting: { signal: AbortSignal | undefined } = { signal: undefined };
    super(origin, { ...options, pipelining: 1, connect: connectWhile(waiting, options.connect) });
    this.#waiting = waiting;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    // `Dispatcher.request` hands its options on as they are, and a signal is one of them.
    this.#waiting.signal = (options as { signal?: AbortSignal }).signal;
    return super.dispatch(options, handler);
  }
}

/** Connects as the given connector does, but destroys the socket when whoever waits for it leaves. */
const connectWhile =
  (waiting: { readonly signal: AbortSignal | undefined }, connect: Connect): Connect =>
  (options, callback) => {
    const { signal } = waiting;
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
export const cancellableClients = (connectMs: number) => ({
  connect: buildConnector({ timeout: connectMs, allowH2: false }),
  factory: (origin: URL, options: object): Dispatcher =>
    new CancellableClient(origin, options as Client.Options & { readonly connect: Connect }),
});
