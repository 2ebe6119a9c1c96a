import type { Message, SystemMessage, ToolMessage } from '@lakehouse/chat-core';
import type { Notes } from '../notes.js';
import { toAssistant } from './assistant.js';
import type { AnthropicMessage, AnthropicSystem, ToolResultBlock, UserBlock } from './block-schema.js';
import { toParts } from './content.js';

/** The contract has no flag for it, and a model that is told in words reacts the same. */
const failed = 'The tool call failed.';

const toResult = (block: ToolResultBlock, path: string, notes: Notes): ToolMessage => {
  const given = block.content ?? '';
  const flagged = block.is_error === true;
  const common = { role: 'tool', toolCallId: block.tool_use_id } as const;
  if (typeof given === 'string') {
    const lines = flagged ? [failed, ...(given === '' ? [] : [given])] : [given];
    return { ...common, content: lines.join('\n') };
  }
  const parts = given.flatMap((item, index) => toParts(item, `${path}.content[${index}]`, notes));
  return { ...common, content: flagged ? [{ type: 'text', text: failed }, ...parts] : parts };
};

/** The results come first, wherever they stand: most upstreams want them right behind the calls. */
const fromUser = (content: string | readonly UserBlock[], path: string, notes: Notes): readonly Message[] => {
  if (typeof content === 'string') return [{ role: 'user', content }];
  const results = content.flatMap((block, index) =>
    block.type === 'tool_result' ? [toResult(block, `${path}[${index}]`, notes)] : [],
  );
  const parts = content.flatMap((block, index) =>
    block.type === 'tool_result' ? [] : toParts(block, `${path}[${index}]`, notes),
  );
  return parts.length === 0 && results.length > 0 ? results : [...results, { role: 'user', content: parts }];
};

const toSystem = (content: AnthropicSystem): SystemMessage => ({ role: 'system', content });

const billing = /^x-anthropic-billing-header:[^\n]*\n?/;

/**
 * Claude Code begins its prompt with a line that changes with every request and means nothing to a model. Passed on, it
 * would make each prompt a new one for the cache of any upstream.
 */
const withoutBilling = (system: AnthropicSystem): AnthropicSystem => {
  if (typeof system === 'string') return system.replace(billing, '');
  const marked = system.findIndex(({ text }) => billing.test(text));
  return system.flatMap((block, index) => {
    const text = index === marked ? block.text.replace(billing, '') : block.text;
    return index === marked && text === '' ? [] : [{ ...block, text }];
  });
};

/** The system prompt as the first message; none where nothing is left of it. */
export const fromSystem = (system: AnthropicSystem | null | undefined): readonly SystemMessage[] => {
  const content = withoutBilling(system ?? '');
  return content.length === 0 ? [] : [toSystem(content)];
};

/** The messages that one of the body stands for: each result of a tool is one of its own. */
export const fromMessage = (message: AnthropicMessage, path: string, notes: Notes): readonly Message[] => {
  const place = `${path}.content`;
  switch (message.role) {
    case 'user':
      return fromUser(message.content, place, notes);
    case 'assistant':
      return [toAssistant(message.content, place, notes)];
    case 'system':
      return [toSystem(message.content)];
  }
};
