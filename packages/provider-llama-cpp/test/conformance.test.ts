import { testProvider } from '@lakehouse/provider-testkit';
import { afterAll, expect } from 'vitest';
import plugin, { createLlamaCpp } from '../src/index.js';
import { writeModels } from './support/models.js';

const { models, remove } = writeModels(['speaker', 'thinker', 'caller', 'talker']);
afterAll(remove);

const tools = [{ name: 'now' }];
const call = { name: 'now', arguments: {} };

testProvider({
  name: 'provider-llama-cpp',
  create: () => createLlamaCpp({ models, threads: 1, contextSize: 2048 }),
  request: { model: 'speaker', messages: [{ role: 'user', content: 'Hi' }] },
  plugin,
  capabilities: { tools: true, toolChoice: true, reasoning: true, structuredOutput: 'enforced' },
  scenarios: [
    {
      name: 'a call has an id and JSON',
      shows: 'tools',
      request: { model: 'caller', tools },
      expect: { finishReason: 'tool_calls', toolCalls: [expect.objectContaining(call)] },
    },
    {
      name: 'a model that would rather talk is made to call',
      shows: 'toolChoice',
      request: { model: 'talker', tools, toolChoice: 'required' },
      expect: { finishReason: 'tool_calls', toolCalls: [expect.objectContaining(call)] },
    },
    {
      name: 'reasoning comes apart from the answer',
      shows: 'reasoning',
      request: { model: 'thinker', think: true },
      expect: { reasoning: 'Let me see', content: 'Yes!' },
    },
    {
      name: 'a grammar enforces a schema',
      shows: 'structuredOutput',
      request: { format: { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] } },
      expect: { content: '{"a":"Hello from a tiny model."}' },
    },
    { name: 'an unknown model is said', request: { model: 'other' }, error: { code: 'model-not-found' } },
    {
      name: 'a prompt that is too long is refused',
      request: { messages: [{ role: 'user', content: '9'.repeat(3_000) }] },
      error: { code: 'context-too-long' },
    },
  ],
});
