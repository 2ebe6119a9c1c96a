import { expect, it } from 'vitest';
import { fronts } from '../src/fronts.js';

it.each([
  ['native', ['think', 'tool_choice', 'max_tokens']],
  ['openai', ['reasoning_effort', 'tool_choice', 'max_tokens']],
  ['openai-responses', ['reasoning.effort', 'tool_choice', 'max_output_tokens']],
  ['anthropic', ['thinking', 'tool_choice', 'max_tokens']],
  ['ollama', ['think', 'tool_choice', 'options.num_predict']],
])('warnings of a provider speak of parameters as the body of %s does', (name, expected) => {
  const front = fronts.find((one) => one.name === name);
  const warnings = ['think', 'toolChoice', 'maxTokens'].map(
    (parameter) => ({ code: 'parameter-dropped', parameter, message: `${parameter} was left out` }) as const,
  );
  expect(front?.toWarnings(warnings)).toEqual(
    expected.map((parameter) => ({
      code: 'parameter-dropped',
      parameter,
      message: `${parameter} was left out`,
    })),
  );
});
