import { type ChatError, isChatError, withErrorDetails } from '@lakehouse/chat-core';
import type { Runtime } from './runtime.js';
import { wellKnown } from './well-known.js';

/** Also where nobody asked, because the circuit is open after such failures. */
const isAway = ({ code, cause }: ChatError): boolean =>
  code === 'unreachable' || code === 'provider-unavailable' || (isChatError(cause) && isAway(cause));

/** A newcomer without any model is told whom to ask, where a guide is registered. */
export const pointToHelp = (error: ChatError, { registry, instances }: Runtime): ChatError => {
  const { help } = wellKnown;
  if (!isAway(error) || error.provider !== registry.defaultProvider || !instances.has(help.provider))
    return error;
  const hint = `Ask the model ${help.provider}/${help.model}, for example: ${JSON.stringify(help.example)}`;
  return withErrorDetails(error, { message: `${error.message}\n${hint}` });
};
