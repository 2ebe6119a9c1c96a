import { Collector, type ToolCall, type ToolCallDelta } from '@lakehouse/chat-core';
import { ToolCallAssembler, type ToolCallFragment } from '../../src/index.js';

/** All deltas of some fragments; made-up ids are `made-1`, `made-2` …. */
export const deltasOf = (fragments: readonly ToolCallFragment[]): readonly ToolCallDelta[] => {
  let made = 0;
  const assembler = new ToolCallAssembler(() => {
    made += 1;
    return `made-${made}`;
  });
  return [...fragments.flatMap((fragment) => assembler.push(fragment)), ...assembler.end()];
};

/** The calls that a consumer sees; throws when the deltas break the rules of the contract. */
export const collected = (fragments: readonly ToolCallFragment[]): readonly ToolCall[] => {
  const collector = new Collector();
  collector.push({ type: 'response-start', model: 'm' });
  for (const delta of deltasOf(fragments)) collector.push(delta);
  collector.push({ type: 'response-end', finishReason: 'tool_calls' });
  return collector.finish().toolCalls ?? [];
};
