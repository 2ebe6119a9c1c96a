import { ChatError } from '@lakehouse/chat-core';

/** The refusal of what cannot be done; `path` names the field. */
export const unsupported = (provider: string, model: string, path: string, message: string): ChatError =>
  new ChatError('unsupported', `${provider}: ${path}: ${message}`, { provider, model, path });
