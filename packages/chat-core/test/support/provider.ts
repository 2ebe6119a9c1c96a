import type { Capabilities, Provider } from '../../src/index.js';
import { end, start, streamOf } from './events.js';

const capabilities: Capabilities = {
  tools: false,
  toolChoice: false,
  images: false,
  files: false,
  reasoning: false,
  structuredOutput: 'none',
  embeddings: false,
};

/** A provider that answers with nothing; only its id matters. */
export const providerOf = (id: string): Provider => ({
  specificationVersion: 'v1',
  id,
  capabilities,
  stream: () => streamOf(start, end),
});
