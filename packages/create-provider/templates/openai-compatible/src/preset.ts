import { definePreset } from '@lakehouse/provider-openai-compat';

/**
 * Everything that is known of this service, as data. Edit: what is left out is as with any server that speaks OpenAI's
 * chat completions; the type says what else there is, and the README of `@lakehouse/provider-openai-compat` explains it.
 */
export const preset = definePreset({
  baseUrl: 'https://acme.example',
  // Variables that may hold the key, the first one set wins. An empty list: the service needs no key.
  keyEnv: ['ACME_API_KEY'],
  // In what it differs from OpenAI's own. What is switched off here is refused or warned of, and not declared.
  quirks: { maxTokensField: 'max_tokens', omitParameters: ['topK'], files: false, embeddings: false },
  // What its own errors mean, where the common rules read them differently.
  faultRules: [{ status: 402, code: 'quota-exceeded' }],
});
