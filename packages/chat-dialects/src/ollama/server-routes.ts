import { ChatError } from '@lakehouse/chat-core';
import type { PlainRoute } from '../front.js';

/**
 * Clients compare numbers: editors want 0.6.4 before they list a model, and agents 0.13.4 before they use the Responses
 * API on the same address. It says which protocol is spoken here, not which software speaks it.
 */
const protocolVersion = '0.14.0';

const refusal = (method: PlainRoute['method'], action: string): PlainRoute => ({
  kind: 'plain',
  method,
  path: `/api/${action}`,
  answer() {
    throw new ChatError(
      'unsupported',
      `${action}: this server stores no models; its config says which there are`,
    );
  },
});

/** The routes that need neither a model nor the catalogue. */
export const serverRoutes: readonly PlainRoute[] = [
  { kind: 'plain', method: 'GET', path: '/api/version', answer: () => ({ version: protocolVersion }) },
  // Nothing is held in memory here; what an upstream holds is not known.
  { kind: 'plain', method: 'GET', path: '/api/ps', answer: () => ({ models: [] }) },
  // The command line asks for it before nearly every command, and looks at the status only.
  { kind: 'plain', method: 'HEAD', path: '/', answer: () => undefined },
  { kind: 'plain', method: 'GET', path: '/', answer: () => ({ status: 'running' }) },
  refusal('POST', 'push'),
  refusal('POST', 'create'),
  refusal('POST', 'copy'),
  refusal('DELETE', 'delete'),
];
