import { markedSchema, openaiTool, type ParameterList, sends, textAt } from './case.js';

const tools = { tools: [openaiTool] };

export const native: ParameterList = {
  name: 'native: POST /v1/chat',
  path: '/v1/chat',
  least: { model: 'text', messages: [{ role: 'user', content: 'Hi' }] },
  readError: (body) => textAt(body, 'error', 'code'),
  cases: [
    sends('model', 'json', { mark: 'json' }),
    sends('messages', [{ role: 'user', content: 'marked_text' }], { mark: 'marked_text' }),
    sends('temperature', 0.25),
    sends('top_p', 0.5),
    sends('top_k', 7),
    sends('seed', 11),
    sends('stop', ['END']),
    sends('max_tokens', 99),
    sends('presence_penalty', 0.75),
    sends('frequency_penalty', 1.25),
    sends('format', markedSchema, { with: { model: 'json' }, mark: 'marked_schema' }),
    sends('think', 'low'),
    sends('tools', [openaiTool], { mark: 'marked_tool' }),
    sends('tool_choice', 'required', { with: tools }),
    sends('parallel_tool_calls', false, { with: tools }),
    sends('stream', true),
    sends('strict', true, { own: 'It says what becomes of the others.' }),
    sends(
      'provider_options',
      { 'openai-compat': { marked: 1 }, ollama: { marked: 1 }, 'ollama-cloud': { marked: 1 } },
      { mark: '1' },
    ),
  ],
};
