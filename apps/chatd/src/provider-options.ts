import { ChatError, type ChatRequest, type ChatWarning } from '@lakehouse/chat-core';
import type { Runtime } from './runtime.js';

/**
 * Names in `provider_options` that no provider here reads, by id or by plugin: a warning for each, and a refusal of a
 * strict request.
 */
export const unknownProviderOptions = (
  { providerOptions, strict }: Pick<ChatRequest, 'providerOptions' | 'strict'>,
  { instances }: Runtime,
): readonly ChatWarning[] => {
  if (providerOptions === undefined) return [];
  const known = new Set([...instances].flatMap(([id, { name }]) => [id, name]));
  const unknown = Object.keys(providerOptions).filter((name) => !known.has(name));
  return unknown.slice(0, 16).map((name) => {
    const parameter = `provider_options.${name}`;
    if (strict) {
      throw new ChatError('unsupported', `${parameter}: no provider here has this id`, { path: parameter });
    }
    return {
      code: 'parameter-dropped',
      parameter,
      message: `${parameter} was ignored: no provider here has this id`,
    };
  });
};
