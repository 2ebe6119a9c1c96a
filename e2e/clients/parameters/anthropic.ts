import { markedFunction, markedSchema, type ParameterList, sends, textAt } from './case.js';

const { parameters, ...named } = markedFunction;
const tool = { ...named, input_schema: parameters };
const tools = { tools: [tool] };
const json = { with: { model: 'json' }, mark: 'marked_schema' };

export const anthropic: ParameterList = {
  name: 'Anthropic: POST /v1/messages',
  path: '/v1/messages',
  headers: { 'anthropic-version': '2023-06-01' },
  least: { model: 'text', max_tokens: 1024, messages: [{ role: 'user', content: 'Hi' }] },
  readError: (body) => (textAt(body, 'type') === 'error' ? textAt(body, 'error', 'type') : undefined),
  cases: [
    sends('model', 'json', { mark: 'json' }),
    sends('max_tokens', 99),
    sends('messages', [{ role: 'user', content: 'marked_text' }], { mark: 'marked_text' }),
    sends('system', 'marked_text', { mark: 'marked_text' }),
    sends('tools', [tool], { mark: 'marked_tool' }),
    sends('tool_choice', { type: 'any' }, { with: tools, mark: 'required' }),
    sends('tool_choice.disable_parallel_tool_use', true, {
      with: { ...tools, tool_choice: { type: 'auto' } },
    }),
    sends('stop_sequences', ['END']),
    sends('temperature', 0.25),
    sends('top_p', 0.5),
    sends('top_k', 7),
    sends('stream', true),
    sends('thinking', { type: 'adaptive' }),
    sends('thinking.budget_tokens', 2048, { with: { thinking: { type: 'enabled' } } }),
    sends('thinking.display', 'omitted', { with: { thinking: { type: 'adaptive' } } }),
    sends('output_config.effort', 'low', { with: { thinking: { type: 'adaptive' } } }),
    sends('output_config.format', { type: 'json_schema', schema: markedSchema }, json),
    sends('output_format', { type: 'json_schema', schema: markedSchema }, json),
    sends('metadata.user_id', 'u'),
    sends('service_tier', 'standard_only'),
    sends('speed', 'fast'),
    sends('inference_geo', 'us'),
    sends('container', 'c'),
    sends('mcp_servers', [{ type: 'url', url: 'https://example.com' }]),
    sends('fallbacks', [{ model: 'json' }]),
    sends('thread', { id: 't' }),
    sends('compaction', { type: 'summary' }),
    sends('context_management', { edits: [{ type: 'clear_tool_uses_20250919' }] }),
  ],
};
