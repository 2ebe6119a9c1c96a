import { createParameterNames } from '../parameter-names.js';

/** Parameters of `ChatRequest` under the names of OpenAI's API. */
export const openaiNames = createParameterNames(
  new Map([
    ['format', 'response_format'],
    ['think', 'reasoning_effort'],
  ]),
);
