import type { JsonObject } from '@lakehouse/chat-core';

/** The value when it is an object; servers put anything anywhere, so every look into an answer goes through these. */
export const asObject = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;

/** The same for an object that is only passed on; it came out of `JSON.parse`. */
export const asJsonObject = (value: unknown): JsonObject | undefined =>
  asObject(value) as JsonObject | undefined;

/** The list, or an empty one. */
export const asArray = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The text, `""` included. */
export const asText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** The text unless it is empty. */
export const asName = (value: unknown): string | undefined => asText(value) || undefined;

/** A number that is not negative, also when it is sent as text (OpenCode Zen's cost). */
export const asAmount = (value: unknown): number | undefined => {
  const amount = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof amount === 'number' && Number.isFinite(amount) && amount >= 0 ? amount : undefined;
};
