import type { ChatHandler, ChatMiddleware, ChatWarning } from '@lakehouse/chat-core';
import type { PluginParameters } from '@lakehouse/chat-dialects';
import type { Runtime } from './runtime.js';
import { refuseDropped } from './warnings-header.js';

/** What a request loses when this provider answers it: parameters that only providers of other plugins understand. */
export const lostBy = (
  { instances }: Pick<Runtime, 'instances'>,
  provider: string,
  only: PluginParameters | undefined,
): readonly ChatWarning[] => {
  const plugin = instances.get(provider)?.name;
  return only === undefined || (plugin !== undefined && only.plugins.includes(plugin)) ? [] : only.warnings;
};

/** Adds warnings to an answer's own, before them; a strict request is refused instead, so that another target is asked. */
export const withLost =
  (lost: readonly ChatWarning[]): ChatMiddleware =>
  (next): ChatHandler => {
    if (lost.length === 0) return next;
    return async function* (request, context) {
      if (request.strict) refuseDropped(lost, { reroutable: true });
      for await (const event of next(request, context)) {
        yield event.type === 'response-start'
          ? { ...event, warnings: [...lost, ...(event.warnings ?? [])] }
          : event;
      }
    };
  };
