import type { Front } from '../front.js';
import { catalogueRoutes } from './catalogue.js';
import { chatRoute } from './chat.js';
import { embedRoutes } from './embed.js';
import { formatOllamaError } from './error.js';
import { generateRoute } from './generate.js';
import { serverRoutes } from './server-routes.js';
import { toWireWarnings } from './wire-text.js';

/**
 * The protocol of Ollama's own API, for the clients that were written for it. Names are taken with and without
 * `:latest`, and answered as they were asked for. What a provider wants back on the next turn travels in fields of this
 * front's own in `message` (`reasoning_segments`, `provider_metadata`): it survives where a client sends the message back
 * as it came, and is lost where it keeps only the fields that it knows.
 */
export const ollamaFront: Front = {
  name: 'ollama',
  anyContentType: true,
  routes: [chatRoute, generateRoute, ...embedRoutes, ...catalogueRoutes, ...serverRoutes],
  toWarnings: toWireWarnings,
  formatError: formatOllamaError,
};
