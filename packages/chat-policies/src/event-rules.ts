import { type ChatMiddleware, EventRules, isChatError, withErrorDetails } from '@lakehouse/chat-core';
import { observing } from './observing.js';

/**
 * Holds what a provider yields against the rules of events, so that one which breaks them is named: `internal`, with its
 * id. No policy that changes events may be between it and the provider.
 */
export const enforceEventRules = (provider: string): ChatMiddleware =>
  observing((request) => {
    const rules = new EventRules();
    return {
      see(event) {
        try {
          rules.check(event);
        } catch (error) {
          throw isChatError(error) ? withErrorDetails(error, { provider, model: request.model }) : error;
        }
      },
    };
  });
