import type { JsonObject, ProviderMetadata } from '@lakehouse/chat-core';

/**
 * Name of the plugin, and the key of everything that has to come back on a later turn. It is not the instance's id, so
 * that a conversation can go on with another instance; what another service cannot take is left out by its quirks.
 */
export const pluginName = 'openai-compat';

/** What an answer left for its next turn. */
export const readMetadata = (metadata: ProviderMetadata | undefined): JsonObject =>
  metadata?.[pluginName] ?? {};

/** The metadata of an answer or a call; undefined when there is nothing to keep. */
export const toMetadata = (fields: JsonObject): ProviderMetadata | undefined =>
  Object.values(fields).some((value) => value !== undefined) ? { [pluginName]: fields } : undefined;
