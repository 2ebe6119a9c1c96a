import { ChatError } from '@lakehouse/chat-core';
import type { DropReport } from './drop-report.js';
import type { AnthropicRequest } from './request-schema.js';

const refuse = (path: string, problem: string): never => {
  throw new ChatError('unsupported', `${path}: ${problem}`, { path });
};

/**
 * The parameters of the protocol that a `ChatRequest` has no word for. Those without which the answer would be another
 * one, or come from where the caller forbids it, are refused as `unsupported`; the rest is reported.
 */
export const reportOthers = (body: AnthropicRequest, drops: DropReport): void => {
  if (body.container != null) refuse('container', 'there are no containers and no skills here');
  if ((body.mcp_servers ?? []).length > 0) refuse('mcp_servers', 'call MCP servers yourself, as tools');
  if (body.inference_geo != null && body.inference_geo !== 'global') {
    refuse('inference_geo', 'the place of the model cannot be chosen here');
  }
  if (body.metadata?.user_id != null) drops.drop('metadata.user_id', 'users are not told apart');
  if (body.service_tier != null && body.service_tier !== 'auto') {
    drops.drop('service_tier', 'there is one tier only');
  }
  if (body.speed != null && body.speed !== 'standard') drops.drop('speed', 'there is one speed only');
  if (Object.keys(body.context_management ?? {}).length > 0) {
    drops.drop('context_management', 'messages are passed on whole');
  }
};
