import type { ChatRequest } from '@lakehouse/chat-core';
import { json, type ParameterCase, type ParameterTable, testParameters } from '@lakehouse/provider-testkit';
import { createChatd } from '../src/index.js';
import { whole } from './support/wire.js';

const user = { role: 'user', content: 'Hi' } as const;
const tools = [{ name: 'now', description: 'The time', parameters: { type: 'object' }, strict: true }];

const mapped = (label: string, request: Partial<ChatRequest>, sent: object): ParameterCase => ({
  label,
  outcome: 'mapped',
  request,
  sent,
});

const table: ParameterTable = {
  model: [mapped('`model`', { model: 'openrouter/vendor/m' }, { model: 'openrouter/vendor/m' })],
  messages: [
    mapped('`messages`', { messages: [{ ...user, name: 'ada' }] }, { messages: [{ ...user, name: 'ada' }] }),
    mapped(
      '`messages`: images, files',
      {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'image', data: 'aGk=', mediaType: 'image/png' },
              { type: 'image', url: 'https://example.com/a.png' },
              { type: 'file', data: 'aGk=', mediaType: 'text/plain', filename: 'a.txt' },
            ],
          },
        ],
      },
      {
        messages: [
          {
            content: [
              { type: 'image', data: 'aGk=', media_type: 'image/png' },
              { type: 'image', url: 'https://example.com/a.png' },
              { type: 'file', data: 'aGk=', media_type: 'text/plain', filename: 'a.txt' },
            ],
          },
        ],
      },
    ),
    mapped(
      '`messages`: tool arguments that are no object',
      {
        messages: [
          user,
          { role: 'assistant', content: '', toolCalls: [{ id: 'c1', name: 'now', arguments: '{"a":' }] },
          { role: 'tool', toolCallId: 'c1', content: 'error' },
        ],
      },
      { messages: [user, { tool_calls: [{ id: 'c1', arguments: '{"a":' }] }, { tool_call_id: 'c1' }] },
    ),
  ],
  maxTokens: [mapped('`maxTokens`', { maxTokens: 9 }, { max_tokens: 9 })],
  temperature: [mapped('`temperature`', { temperature: 0.2 }, { temperature: 0.2 })],
  topP: [mapped('`topP`', { topP: 0.9 }, { top_p: 0.9 })],
  topK: [mapped('`topK`', { topK: 4 }, { top_k: 4 })],
  seed: [mapped('`seed`', { seed: 1 }, { seed: 1 })],
  stop: [mapped('`stop`', { stop: ['a'] }, { stop: ['a'] })],
  presencePenalty: [mapped('`presencePenalty`', { presencePenalty: 1 }, { presence_penalty: 1 })],
  frequencyPenalty: [mapped('`frequencyPenalty`', { frequencyPenalty: 1 }, { frequency_penalty: 1 })],
  format: [mapped('`format`', { format: { type: 'object' } }, { format: { type: 'object' } })],
  think: [mapped('`think`', { think: 'high' }, { think: 'high' })],
  tools: [mapped('`tools`', { tools }, { tools: [{ type: 'function', function: tools[0] }] })],
  toolChoice: [
    mapped(
      '`toolChoice`: `auto`, `none`, `required`',
      { tools, toolChoice: 'required' },
      { tool_choice: 'required' },
    ),
    mapped(
      '`toolChoice`: a name',
      { tools, toolChoice: { name: 'now' } },
      { tool_choice: { type: 'function', function: { name: 'now' } } },
    ),
  ],
  parallelToolCalls: [
    mapped('`parallelToolCalls`', { tools, parallelToolCalls: false }, { parallel_tool_calls: false }),
  ],
  strict: [mapped('`strict`', { strict: true }, { strict: true })],
  providerOptions: [
    mapped(
      '`providerOptions`',
      { providerOptions: { chatd: { provider_options: { ollama: { keep_alive: '1h' } } } } },
      { provider_options: { ollama: { keep_alive: '1h' } } },
    ),
  ],
};

testParameters(table, {
  create: (url) => createChatd({ url }),
  answer: json(whole('{}')),
  readme: new URL('../README.md', import.meta.url),
});
