import { json, type ParameterTable, testParameters } from '@lakehouse/provider-testkit';
import { createOllamaCloud } from '../src/index.js';
import { last } from './support/lines.js';

const tools = [{ name: 'now' }];
const user = { role: 'user', content: 'Hi' } as const;
const broken = {
  role: 'assistant',
  content: '',
  toolCalls: [{ id: 'call_1', name: 'now', arguments: '{"a":' }],
} as const;

const called = { ...broken, toolCalls: [{ id: 'call_1', name: 'now', arguments: {} }] } as const;
const result = { role: 'tool', toolCallId: 'call_1', content: 'ok' } as const;
const late = { role: 'system', content: 'Be brief' } as const;

const table: ParameterTable = {
  model: [
    {
      label: '`model`',
      outcome: 'mapped',
      request: { model: 'kimi-k2.6:cloud' },
      sent: { model: 'kimi-k2.6' },
    },
  ],
  messages: [
    { label: '`messages`', outcome: 'mapped', request: { messages: [user] }, sent: { prompt: 'Hi' } },
    {
      label: '`messages`: image by `url`',
      outcome: 'refused',
      request: {
        messages: [{ role: 'user', content: [{ type: 'image', url: 'https://example.com/a.png' }] }],
      },
    },
    {
      label: '`messages`: file',
      outcome: 'refused',
      request: {
        messages: [{ role: 'user', content: [{ type: 'file', data: 'aGk=', mediaType: 'text/plain' }] }],
      },
    },
    {
      label: '`messages`: `name` of a user, system or assistant',
      outcome: 'warned',
      request: { messages: [{ ...user, name: 'ada' }] },
      sent: { prompt: 'Hi' },
    },
    {
      label: '`messages`: tool arguments that are no object, with tools',
      outcome: 'warned',
      request: { tools, messages: [user, broken, { role: 'tool', toolCallId: 'call_1', content: 'error' }] },
      sent: { messages: [{}, { tool_calls: [{ function: { arguments: { arguments: '{"a":' } } }] }, {}] },
    },
    {
      label: '`messages`: system message behind a tool result, with tools',
      outcome: 'warned',
      request: { tools, messages: [user, called, result, late] },
      sent: { messages: [late, user, { role: 'assistant' }, { role: 'tool' }] },
    },
    {
      label: '`messages`: system message behind a turn, without tools',
      outcome: 'warned',
      request: { messages: [user, late] },
      sent: { system: 'Be brief', prompt: 'Hi' },
    },
  ],
  maxTokens: [
    {
      label: '`maxTokens`',
      outcome: 'mapped',
      request: { maxTokens: 9 },
      sent: { options: { num_predict: 9 } },
    },
  ],
  temperature: [
    {
      label: '`temperature`',
      outcome: 'mapped',
      request: { temperature: 0.2 },
      sent: { options: { temperature: 0.2 } },
    },
  ],
  topP: [{ label: '`topP`', outcome: 'mapped', request: { topP: 0.9 }, sent: { options: { top_p: 0.9 } } }],
  topK: [{ label: '`topK`', outcome: 'mapped', request: { topK: 4 }, sent: { options: { top_k: 4 } } }],
  seed: [{ label: '`seed`', outcome: 'mapped', request: { seed: 1 }, sent: { options: { seed: 1 } } }],
  stop: [
    { label: '`stop`', outcome: 'mapped', request: { stop: ['a'] }, sent: { options: { stop: ['a'] } } },
  ],
  presencePenalty: [
    {
      label: '`presencePenalty`',
      outcome: 'mapped',
      request: { presencePenalty: 1 },
      sent: { options: { presence_penalty: 1 } },
    },
  ],
  frequencyPenalty: [
    {
      label: '`frequencyPenalty`',
      outcome: 'mapped',
      request: { frequencyPenalty: 1 },
      sent: { options: { frequency_penalty: 1 } },
    },
  ],
  format: [
    {
      label: '`format`',
      outcome: 'mapped',
      request: { format: { type: 'object' } },
      sent: { format: { type: 'object' } },
    },
  ],
  think: [
    { label: '`think`', outcome: 'mapped', request: { think: 'high' }, sent: { think: 'high' } },
    {
      label: '`think: false` for gpt-oss',
      outcome: 'warned',
      request: { model: 'gpt-oss:120b', think: false },
      sent: { think: false },
    },
  ],
  tools: [
    {
      label: '`tools`',
      outcome: 'mapped',
      request: { tools },
      sent: { tools: [{ function: { name: 'now' } }] },
    },
    {
      label: '`tools`: `strict`',
      outcome: 'warned',
      request: { tools: [{ name: 'now', strict: true }] },
      sent: { tools: [{ function: { name: 'now' } }] },
    },
  ],
  toolChoice: [
    {
      label: '`toolChoice`: `auto`, `none`',
      outcome: 'mapped',
      request: { tools, toolChoice: 'none' },
      sent: { prompt: 'Hi' },
    },
    {
      label: '`toolChoice`: `required`, a name',
      outcome: 'warned',
      request: { tools, toolChoice: 'required' },
      sent: { tools: [{}] },
    },
  ],
  parallelToolCalls: [
    {
      label: '`parallelToolCalls: true`',
      outcome: 'mapped',
      request: { tools, parallelToolCalls: true },
      sent: { tools: [{}] },
    },
    { label: '`parallelToolCalls: false`', outcome: 'warned', request: { tools, parallelToolCalls: false } },
  ],
  strict: [{ label: '`strict`', outcome: 'mapped', request: { strict: true } }],
  providerOptions: [
    {
      label: '`providerOptions`',
      outcome: 'mapped',
      request: { providerOptions: { ollama_cloud: { options: { min_p: 0.1 } } } },
      sent: { options: { min_p: 0.1 } },
    },
  ],
};

testParameters(table, {
  create: (url) => createOllamaCloud({ url, key: 'sk-test' }),
  // One answer that both endpoints could give.
  answer: json({ ...last('{}'), message: { role: 'assistant', content: '{}' } }),
  readme: new URL('../README.md', import.meta.url),
});
