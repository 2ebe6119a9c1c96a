/** The client libraries by their names here: where each stands, and whether it must be installed. */
export const libraries = {
  'undici-json': { module: './baseline.mjs', create: 'createBaseline' },
  'provider-openai-compat': { module: './providers.mjs', create: 'createOpenAIProvider' },
  'provider-ollama': { module: './providers.mjs', create: 'createOllamaProvider' },
  'ai-sdk': { module: './peers.mjs', create: 'createAiSdk', peer: true },
  openai: { module: './peers.mjs', create: 'createOpenAI', peer: true },
};

/** What the others are compared with. */
export const baseline = 'undici-json';
