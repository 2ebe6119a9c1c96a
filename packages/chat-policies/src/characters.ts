import type { ChatEvent } from '@lakehouse/chat-core';

/** How much of what the model wrote an event carries: text, reasoning and tool arguments. */
export const charactersOf = (event: ChatEvent): number => {
  switch (event.type) {
    case 'text-delta':
    case 'reasoning-delta':
      return event.delta.length;
    case 'tool-call-delta':
      return event.argumentsDelta?.length ?? 0;
    default:
      return 0;
  }
};
