import {
  type CallContext,
  type ChatEvent,
  type EventIterator,
  eventsOf,
  type Provider,
} from '@lakehouse/chat-core';
import type { Redaction } from './redaction.js';

/** Pieces of an answer come by the thousand, and repeat only what the model was told: they pass as they are. */
const pieces: ReadonlySet<ChatEvent['type']> = new Set<ChatEvent['type']>([
  'text-delta',
  'reasoning-delta',
  'tool-call-delta',
]);

/** What a provider wants back with a tool call is not the model's words. */
const isPiece = (event: ChatEvent): boolean => pieces.has(event.type) && !('providerMetadata' in event);

/** No generator: it would stand in the way of every piece of every answer, at which it has nothing to do. */
class RedactedStream implements AsyncIterableIterator<ChatEvent>, EventIterator {
  readonly #open: () => AsyncIterable<ChatEvent>;
  readonly #redaction: Redaction;
  readonly #signal: AbortSignal;
  #source: EventIterator | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(open: () => AsyncIterable<ChatEvent>, redaction: Redaction, { signal }: CallContext) {
    this.#open = open;
    this.#redaction = redaction;
    this.#signal = signal;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<ChatEvent>> {
    if (this.#failure) return this.#refuse(this.#failure.error);
    try {
      this.#source ??= eventsOf(this.#open());
      // A plugin may be written without types, and its iterator give no promise.
      return Promise.resolve(this.#source.next()).then(this.#onResult, this.#onError);
    } catch (error) {
      return Promise.reject(this.#toError(error));
    }
  }

  takeReady(): IteratorResult<ChatEvent> | undefined {
    if (this.#failure) return undefined;
    try {
      const result = this.#source?.takeReady?.();
      return result && this.#clean(result);
    } catch (error) {
      this.#failure = { error }; // to close the source takes a promise: the next pull does
      return undefined;
    }
  }

  async return(): Promise<IteratorResult<ChatEvent>> {
    try {
      await this.#source?.return?.();
    } catch (error) {
      throw this.#toError(error);
    }
    return { done: true, value: undefined };
  }

  readonly #onResult = (
    result: IteratorResult<ChatEvent>,
  ): IteratorResult<ChatEvent> | Promise<IteratorResult<ChatEvent>> => {
    try {
      return this.#clean(result);
    } catch (error) {
      return this.#refuse(error);
    }
  };

  #clean(result: IteratorResult<ChatEvent>): IteratorResult<ChatEvent> {
    if (result.done || isPiece(result.value)) return result;
    return { done: false, value: this.#redaction.value(result.value) };
  }

  readonly #onError = (error: unknown): never => {
    throw this.#toError(error);
  };

  /** For an event that is none: the provider does not know that it is over. */
  async #refuse(error: unknown): Promise<never> {
    await this.return();
    throw this.#toError(error);
  }

  /** The reason of the signal is the service's own. */
  #toError(error: unknown): unknown {
    return error === this.#signal.reason ? error : this.#redaction.error(error);
  }
}

/**
 * The same provider, from which no key comes back: neither in an error nor in anything but the answer's own words. It is
 * closed together with what its host opened for it.
 */
export const createRedactedProvider = (
  provider: Provider,
  redaction: Redaction,
  closeHost: () => Promise<void>,
): Provider => {
  const guard = async <Result>(work: () => Result | Promise<Result>): Promise<Result> => {
    try {
      return await work();
    } catch (error) {
      throw redaction.error(error);
    }
  };
  const models = provider.models?.bind(provider);
  const availability = provider.availability?.bind(provider);
  const embed = provider.embed?.bind(provider);
  const redacted: Provider = {
    specificationVersion: provider.specificationVersion,
    id: provider.id,
    get capabilities() {
      return redaction.value(provider.capabilities);
    },
    stream: (request, context) =>
      new RedactedStream(() => provider.stream(request, context), redaction, context),
    ...(models && {
      models: (context) => guard(async () => redaction.value(await models(context))),
    }),
    ...(availability && {
      availability: (context) => guard(async () => redaction.value(await availability(context))),
    }),
    ...(embed && {
      embed: (request, context) =>
        guard(async () => {
          const { embeddings, ...others } = await embed(request, context);
          return { embeddings, ...redaction.value(others) };
        }),
    }),
    close: async () => {
      await Promise.all([guard(() => provider.close?.()), closeHost()]);
    },
  };
  // A provider whose key changes tells so in a getter.
  return Object.defineProperty(redacted, 'credential', { get: () => redaction.value(provider.credential) });
};
