import type { Secret } from '@lakehouse/chat-core';

/** A local server's placeholder such as "x" is no secret, and would be found in every other word. */
const shortest = 4;

/** Takes a key out of text that an upstream sent back. */
export const redact = (text: string, secret: Secret | undefined): string => {
  const key = secret?.reveal() ?? '';
  return key.length < shortest ? text : text.replaceAll(key, '[redacted]');
};
