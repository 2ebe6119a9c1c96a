import type { CallContext, ChatEvent, Provider } from '@lakehouse/chat-core';
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
const redactStream = (
  open: () => AsyncIterable<ChatEvent>,
  redaction: Redaction,
  { signal }: CallContext,
): AsyncIterable<ChatEvent> => {
  let source: AsyncIterator<ChatEvent> | undefined;
  // The reason of the signal is the service's own.
  const toError = (error: unknown): unknown => (error === signal.reason ? error : redaction.error(error));
  const events: AsyncIterableIterator<ChatEvent> = {
    async next() {
      let pulled = false;
      try {
        source ??= open()[Symbol.asyncIterator]();
        const result = await source.next();
        pulled = true;
        if (result.done || isPiece(result.value)) return result;
        return { done: false, value: redaction.value(result.value) };
      } catch (error) {
        if (pulled) await source?.return?.(); // an event that is none: the provider does not know that it is over
        throw toError(error);
      }
    },
    async return() {
      try {
        await source?.return?.();
      } catch (error) {
        throw toError(error);
      }
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => events,
  };
  return events;
};

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
    stream: (request, context) => redactStream(() => provider.stream(request, context), redaction, context),
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
