import { type Notes, refuse } from '../notes.js';
import type { AnthropicRequest } from './request-schema.js';

/**
 * The parameters of the protocol that a `ChatRequest` has no word for. Those without which the answer would be another
 * one, or come from where the caller forbids it, are refused as `unsupported`; the rest is reported.
 */
export const reportOthers = (body: AnthropicRequest, notes: Notes): void => {
  if (body.thread != null) refuse('thread', 'no conversation is kept here; send all of its messages');
  if (body.compaction != null) refuse('compaction', 'no model here summarizes a conversation into a block');
  if (body.container != null) refuse('container', 'there are no containers and no skills here');
  if ((body.mcp_servers ?? []).length > 0) refuse('mcp_servers', 'call MCP servers yourself, as tools');
  if (body.inference_geo != null && body.inference_geo !== 'global') {
    refuse('inference_geo', 'the place of the model cannot be chosen here');
  }
  if (body.metadata?.user_id != null) notes.drop('metadata.user_id', 'users are not told apart');
  if (body.service_tier != null && body.service_tier !== 'auto') {
    notes.drop('service_tier', 'there is one tier only');
  }
  if (body.speed != null && body.speed !== 'standard') notes.drop('speed', 'there is one speed only');
  if (body.fallbacks != null && body.fallbacks.length > 0) {
    notes.drop('fallbacks', 'the config of this service says who takes over');
  }
  if (Object.keys(body.context_management ?? {}).length > 0) {
    notes.drop('context_management', 'messages are passed on whole');
  }
};
