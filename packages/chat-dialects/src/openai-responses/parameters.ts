import { type Notes, refuse } from '../notes.js';
import type { ResponsesRequest } from './request-schema.js';

/** What would need a service that remembers: without it the answer would be to another question. */
const refuseState = (wire: ResponsesRequest): void => {
  if (wire.previous_response_id != null) {
    refuse('previous_response_id', 'nothing is stored here; send the earlier items again, as part of input');
  }
  if (wire.conversation != null) {
    refuse('conversation', 'nothing is stored here; send the earlier items again, as part of input');
  }
  if (wire.background === true) {
    refuse(
      'background',
      'there are no answers in the background; leave it out, and set stream for long ones',
    );
  }
  if (wire.prompt != null) {
    refuse('prompt', 'prompts are not stored here; send their text as instructions and input');
  }
};

/** Parameters that have no place in `ChatRequest`, and the values of them that ask for nothing. */
const withoutPlace = [
  ['truncation', ['disabled'], 'input is never shortened'],
  ['service_tier', ['auto', 'default'], 'there are no service tiers'],
  ['prompt_cache_key', [], 'caching is left to the provider'],
  ['prompt_cache_retention', [], 'caching is left to the provider'],
  ['safety_identifier', [], 'the provider is not told who asks'],
  ['user', [], 'the provider is not told who asks'],
  ['top_logprobs', [0], 'there are no log probabilities'],
  ['store', [false], 'nothing is stored here'],
  ['context_management', [], 'input is never shortened'],
] as const satisfies readonly (readonly [keyof ResponsesRequest, readonly unknown[], string])[];

const dropIncludes = ({ include }: ResponsesRequest, notes: Notes): void => {
  for (const [index, name] of (include ?? []).entries()) {
    if (name === 'reasoning.encrypted_content') continue; // every answer has it
    notes.drop(`include[${index}]`, 'answers hold no such thing here');
  }
};

/**
 * Says what becomes of the parameters that no provider is told of. `metadata` is echoed, and `max_tool_calls` limits
 * only tools that a server runs, of which there are none.
 */
export const noteParameters = (wire: ResponsesRequest, notes: Notes): void => {
  refuseState(wire);
  for (const [name, idle, why] of withoutPlace) {
    const value: unknown = wire[name];
    if (value != null && !(idle as readonly unknown[]).includes(value)) notes.drop(name, why);
  }
  const { verbosity, format } = wire.text ?? {};
  if (verbosity != null && verbosity !== 'medium') notes.drop('text.verbosity', 'say it in instructions');
  if (format?.type === 'json_schema' && format.description != null) {
    notes.drop('text.format.description', 'put it into the schema');
  }
  for (const name of ['summary', 'generate_summary'] as const) {
    if (wire.reasoning?.[name] !== 'concise') continue;
    notes.drop(`reasoning.${name}`, 'reasoning comes as the model wrote it');
  }
  if (wire.stream_options?.include_obfuscation === true) {
    notes.drop('stream_options.include_obfuscation', 'nothing is padded');
  }
  dropIncludes(wire, notes);
};
