import type { Think } from '@lakehouse/chat-core';
import type { Notes } from '../notes.js';
import type { AnthropicRequest } from './request-schema.js';

type ThinkingFields = Pick<AnthropicRequest, 'thinking' | 'output_config'>;
type Level = 'low' | 'medium' | 'high';

/** The levels up to these budgets of tokens; everything above is `high`. */
const budgets: readonly (readonly [number, Level])[] = [
  [4096, 'low'],
  [16_384, 'medium'],
];

const toLevel = (budget: number): Level => budgets.find(([most]) => budget <= most)?.[1] ?? 'high';

/** Whether the caller wants to see reasoning; nobody else gets thinking blocks, because some clients choke on them. */
export const wantsThinking = ({ thinking }: Pick<AnthropicRequest, 'thinking'>): boolean =>
  thinking?.type === 'enabled' || thinking?.type === 'adaptive';

/**
 * How much to reason. An effort is a level, and so is a budget of tokens, roughly: no other upstream counts it. Without
 * thinking an effort means something that only Anthropic's models have.
 */
export const toThink = (fields: ThinkingFields, notes: Notes): Think | undefined => {
  const { thinking } = fields;
  const effort = fields.output_config?.effort;
  if (thinking == null || thinking.type === 'disabled' || thinking.type === 'between_tools') {
    if (effort != null)
      notes.drop('output_config.effort', 'it is a level of thinking here, which is not enabled');
    return thinking == null ? undefined : false;
  }
  if (thinking.display === 'omitted') notes.drop('thinking.display', 'reasoning is answered as it comes');
  const budget = thinking.type === 'enabled' ? thinking.budget_tokens : undefined;
  if (effort == null) {
    if (budget == null) return true;
    const level = toLevel(budget);
    notes.change('thinking.budget_tokens', `${budget} was taken as effort "${level}"`);
    return level;
  }
  if (budget != null) notes.drop('thinking.budget_tokens', 'output_config.effort says how much to think');
  if (effort !== 'xhigh' && effort !== 'max') return effort;
  notes.change('output_config.effort', `"${effort}" was taken as "high", the most there is`);
  return 'high';
};
