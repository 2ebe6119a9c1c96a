import type { JsonObject, ProviderMetadata } from '@lakehouse/chat-core';
import type { PluginParameters } from '../front.js';
import { createNotes, type Notes } from '../notes.js';

/** The plugins of providers that speak this protocol: they put such fields into their own body, unchanged. */
const plugins = ['ollama', 'ollama-cloud'] as const;

/** Notes that another upstream than one of this protocol is not told of a parameter. */
export const noteLost = (notes: Notes, parameter: string): void =>
  notes.drop(parameter, 'only an upstream of the same protocol is told of it');

export interface OwnParameters {
  readonly providerOptions?: ProviderMetadata;
  readonly onlyFor?: PluginParameters;
}

/** Fields that only an upstream of this protocol understands, as they go to it, and what the others make of them. */
export const toOwnParameters = (own: JsonObject, note: (notes: Notes) => void): OwnParameters => {
  if (Object.keys(own).length === 0) return {};
  const notes = createNotes();
  note(notes);
  return {
    providerOptions: Object.fromEntries(plugins.map((name) => [name, own])),
    onlyFor: { plugins, warnings: notes.list() },
  };
};
