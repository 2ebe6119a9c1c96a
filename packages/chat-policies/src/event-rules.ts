import { type ChatMiddleware, EventRules, isChatError, withErrorDetails } from '@lakehouse/chat-core';

/**
 * Holds what a provider yields against the rules of events, so that one which breaks them is named: `internal`, with its
 * id. It goes directly around the provider.
 */
export const enforceEventRules =
  (provider: string): ChatMiddleware =>
  (next) =>
    async function* (request, context) {
      const rules = new EventRules();
      for await (const event of next(request, context)) {
        try {
          rules.check(event);
        } catch (error) {
          throw isChatError(error) ? withErrorDetails(error, { provider, model: request.model }) : error;
        }
        yield event;
      }
    };
