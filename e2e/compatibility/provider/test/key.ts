import { type ResolvedKey, Secret } from '@lakehouse/chat-core';

/** A key as a host has found it, or has not. */
export const keyOf = (value: string | undefined): ResolvedKey => ({
  ...(value !== undefined && { secret: new Secret(value) }),
  status: { present: value !== undefined, hint: 'set COURIER_API_KEY' },
  warnings: [],
});
