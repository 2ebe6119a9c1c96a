import { createParameterNames } from '../parameter-names.js';

/** Names of parameters as the body has them. */
export const parameterNames = createParameterNames(
  new Map([
    ['maxTokens', 'max_tokens'],
    ['topP', 'top_p'],
    ['topK', 'top_k'],
    ['stop', 'stop_sequences'],
    ['think', 'thinking'],
    ['format', 'output_config.format'],
    ['toolChoice', 'tool_choice'],
    ['parallelToolCalls', 'tool_choice.disable_parallel_tool_use'],
  ]),
);
