import type {
  CallContext,
  ChatEvent,
  ChatHandler,
  ChatMiddleware,
  ChatRequest,
  ChatWarning,
  ProviderMetadata,
} from '@lakehouse/chat-core';
import type { PluginParameters } from '@lakehouse/chat-dialects';
import type { Runtime } from './runtime.js';
import { refuseDropped } from './warnings-header.js';

const understands = (
  { instances }: Pick<Runtime, 'instances'>,
  provider: string,
  { plugins }: PluginParameters,
): boolean => {
  const plugin = instances.get(provider)?.name;
  return plugin !== undefined && plugins.includes(plugin);
};

/**
 * A request as this provider is to have it. Options go by the name of a plugin or the id of a provider, and a provider of
 * another plugin may have such a name for its id.
 */
export const askedOf = <Asked extends { readonly providerOptions?: ProviderMetadata }>(
  asked: Asked,
  runtime: Pick<Runtime, 'instances'>,
  provider: string,
  only: PluginParameters | undefined,
): Asked => {
  if (only === undefined || understands(runtime, provider, only)) return asked;
  const others = Object.entries(asked.providerOptions ?? {}).filter(([name]) => !only.plugins.includes(name));
  return { ...asked, providerOptions: Object.fromEntries(others) };
};

/** What a request loses when this provider answers it: parameters that only providers of other plugins understand. */
export const lostBy = (
  runtime: Pick<Runtime, 'instances'>,
  provider: string,
  only: PluginParameters | undefined,
): readonly ChatWarning[] =>
  only === undefined || understands(runtime, provider, only) ? [] : only.warnings;

async function* askWithLost(
  lost: readonly ChatWarning[],
  next: ChatHandler,
  request: ChatRequest,
  context: CallContext,
): AsyncGenerator<ChatEvent> {
  if (request.strict) refuseDropped(lost, { reroutable: true });
  for await (const event of next(request, context)) {
    yield event.type === 'response-start'
      ? { ...event, warnings: [...lost, ...(event.warnings ?? [])] }
      : event;
  }
}

/** Adds warnings to an answer's own, before them; a strict request is refused instead, so that another target is asked. */
export const withLost =
  (lost: readonly ChatWarning[]): ChatMiddleware =>
  (next) =>
    lost.length === 0 ? next : (request, context) => askWithLost(lost, next, request, context);
