import type { ChatEvent, Provider } from '@lakehouse/chat-core';
import type { Redaction } from './redaction.js';

/** Pieces of an answer come by the thousand, and repeat only what the model was told: they pass as they are. */
const pieces: ReadonlySet<ChatEvent['type']> = new Set<ChatEvent['type']>([
  'text-delta',
  'reasoning-delta',
  'tool-call-delta',
]);

/** What a provider wants back with a tool call is not the model's words. */
const isPiece = (event: ChatEvent): boolean => pieces.has(event.type) && !('providerMetadata' in event);

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
    async *stream(request, context) {
      try {
        for await (const event of provider.stream(request, context)) {
          yield isPiece(event) ? event : redaction.value(event);
        }
      } catch (error) {
        throw error === context.signal.reason ? error : redaction.error(error); // the reason is the service's own
      }
    },
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
