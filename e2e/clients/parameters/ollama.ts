import { picture } from '../support.js';
import { markedSchema, openaiTool, type ParameterCase, type ParameterList, sends, textAt } from './case.js';

const readError = (body: unknown): string | undefined =>
  textAt(body, 'error') === undefined ? undefined : '';

const options: readonly ParameterCase[] = [
  sends('options.temperature', 0.25),
  sends('options.top_p', 0.5),
  sends('options.top_k', 7),
  sends('options.seed', 11),
  sends('options.num_predict', 99),
  sends('options.presence_penalty', 0.75),
  sends('options.frequency_penalty', 1.25),
  sends('options.stop', ['END']),
  sends('options.min_p', 0.05),
  sends('options.typical_p', 0.7),
  sends('options.tfs_z', 0.9),
  sends('options.repeat_penalty', 1.1),
  sends('options.repeat_last_n', 33),
  sends('options.mirostat', 1),
  sends('options.mirostat_tau', 0.8),
  sends('options.mirostat_eta', 0.6),
  sends('options.num_ctx', 4096),
  sends('options.num_keep', 5),
  sends('options.num_batch', 2),
  sends('options.num_gpu', 1),
  sends('options.main_gpu', 0),
  sends('options.num_thread', 8),
  sends('options.use_mmap', false),
  sends('options.use_mlock', true),
  sends('options.numa', true),
  sends('options.low_vram', true),
  sends('options.penalize_newline', false),
];

const shared: readonly ParameterCase[] = [
  sends('model', 'json', { mark: 'json' }),
  sends('stream', true),
  sends('format', markedSchema, { with: { model: 'json' }, mark: 'marked_schema' }),
  sends('think', 'low'),
  sends('think', 'max'),
  ...options,
  sends('keep_alive', '30m'),
  sends('truncate', false),
  sends('shift', false),
  sends('logprobs', true),
  sends('top_logprobs', 3),
  sends('_debug_render_only', true),
];

export const ollamaChat: ParameterList = {
  name: 'Ollama chat: POST /api/chat',
  path: '/api/chat',
  least: { model: 'text', stream: false, messages: [{ role: 'user', content: 'Hi' }] },
  readError,
  cases: [
    ...shared,
    sends('messages', [{ role: 'user', content: 'marked_text' }], { mark: 'marked_text' }),
    sends('tools', [openaiTool], { mark: 'marked_tool' }),
  ],
};

export const ollamaGenerate: ParameterList = {
  name: 'Ollama generate: POST /api/generate',
  path: '/api/generate',
  least: { model: 'text', stream: false, prompt: 'Hi' },
  readError,
  cases: [
    ...shared,
    sends('prompt', 'marked_text', { mark: 'marked_text' }),
    sends('system', 'marked_text', { mark: 'marked_text' }),
    sends('images', [picture], { mark: picture }),
    sends('suffix', 'end'),
    sends('raw', true),
    sends('template', '{{ .Prompt }}'),
    sends('context', [1, 2]),
  ],
};

const embedding: readonly ParameterCase[] = [
  sends('model', 'json', { mark: 'json' }),
  ...options,
  sends('keep_alive', '30m'),
  sends('truncate', false),
];

export const ollamaEmbed: ParameterList = {
  name: 'Ollama embed: POST /api/embed',
  path: '/api/embed',
  least: { model: 'text', input: 'one' },
  readError,
  cases: [...embedding, sends('input', ['marked_text'], { mark: 'marked_text' }), sends('dimensions', 64)],
};

export const ollamaLegacyEmbed: ParameterList = {
  name: 'Ollama embeddings, the older one: POST /api/embeddings',
  path: '/api/embeddings',
  least: { model: 'text', prompt: 'one' },
  readError,
  cases: [...embedding, sends('prompt', 'marked_text', { mark: 'marked_text' })],
};
