import type { ChatRequest } from '@lakehouse/chat-core';

/** What becomes of a parameter; there is no wire, so that `plan` is part of what the library gets. */
interface ParameterRow {
  readonly label: string;
  readonly outcome: 'mapped' | 'warned' | 'refused';
  readonly request: Partial<ChatRequest>;
  readonly plan?: object;
}

const tools = [{ name: 'now' }];
const user = { role: 'user', content: 'Hi' } as const;
const call = { id: 'call_1', name: 'now', arguments: {} } as const;
const number = { type: 'object', properties: { n: { type: 'integer', minimum: 1 } } };
const image = { type: 'image', data: 'aGk=', mediaType: 'image/png' } as const;
const file = { type: 'file', data: 'aGk=', mediaType: 'text/plain' } as const;

/** A row at least for every parameter of the contract. */
export const parameterTable: Readonly<Record<keyof ChatRequest, readonly ParameterRow[]>> = {
  model: [{ label: '`model`', outcome: 'mapped', request: {} }],
  messages: [
    {
      label: '`messages`',
      outcome: 'mapped',
      request: {
        messages: [
          {
            role: 'system',
            content: [
              { type: 'text', text: 'a' },
              { type: 'text', text: 'b' },
            ],
          },
          user,
          { role: 'assistant', content: 'c', reasoning: 'r', toolCalls: [call] },
          { role: 'tool', toolCallId: 'call_1', content: '{"d":1}' },
        ],
      },
      plan: {
        history: [
          { type: 'system', text: 'a\nb' },
          { type: 'user', text: 'Hi' },
          {
            type: 'model',
            response: [
              { type: 'segment', segmentType: 'thought', text: 'r' },
              'c',
              { type: 'functionCall', name: 'now', params: {}, result: { d: 1 } },
            ],
          },
        ],
      },
    },
    {
      label: '`messages`: image, file',
      outcome: 'refused',
      request: { messages: [{ role: 'user', content: [image] }] },
    },
    {
      label: '`messages`: file in a tool result',
      outcome: 'refused',
      request: {
        messages: [
          { role: 'assistant', content: '', toolCalls: [call] },
          { role: 'tool', toolCallId: 'call_1', content: [file] },
        ],
      },
    },
    {
      label: '`messages`: `name` of a user, system or assistant',
      outcome: 'warned',
      request: { messages: [{ ...user, name: 'ada' }] },
    },
    {
      label: '`messages`: tool arguments that are no object',
      outcome: 'warned',
      request: {
        messages: [user, { role: 'assistant', content: '', toolCalls: [{ ...call, arguments: '{' }] }],
      },
      plan: { history: [{}, { response: [{ params: { arguments: '{' } }] }] },
    },
  ],
  maxTokens: [{ label: '`maxTokens`', outcome: 'mapped', request: { maxTokens: 9 }, plan: { maxTokens: 9 } }],
  temperature: [
    {
      label: '`temperature`',
      outcome: 'mapped',
      request: { temperature: 0.2 },
      plan: { sampling: { temperature: 0.2 } },
    },
  ],
  topP: [{ label: '`topP`', outcome: 'mapped', request: { topP: 0.9 }, plan: { sampling: { topP: 0.9 } } }],
  topK: [{ label: '`topK`', outcome: 'mapped', request: { topK: 4 }, plan: { sampling: { topK: 4 } } }],
  seed: [
    {
      label: '`seed`',
      outcome: 'mapped',
      request: { seed: -1 },
      plan: { sampling: { seed: 4_294_967_295 } },
    },
  ],
  stop: [
    {
      label: '`stop`',
      outcome: 'mapped',
      request: { stop: ['a'] },
      plan: { sampling: { customStopTriggers: ['a'] } },
    },
  ],
  presencePenalty: [
    {
      label: '`presencePenalty`',
      outcome: 'mapped',
      request: { presencePenalty: 1 },
      plan: { sampling: { repeatPenalty: { presencePenalty: 1 } } },
    },
  ],
  frequencyPenalty: [
    {
      label: '`frequencyPenalty`',
      outcome: 'mapped',
      request: { frequencyPenalty: 1 },
      plan: { sampling: { repeatPenalty: { frequencyPenalty: 1 } } },
    },
  ],
  format: [
    {
      label: '`format`',
      outcome: 'mapped',
      request: { format: { enum: ['a'] } },
      plan: { format: { enum: ['a'] } },
    },
    {
      label: '`format`: bounds, `pattern` and other rules of single values',
      outcome: 'warned',
      request: { format: number },
    },
    {
      label: '`format`: `allOf`, `not`, `if`, `patternProperties`, recursive references',
      outcome: 'refused',
      request: { format: { allOf: [] } },
    },
    { label: '`format` and `tools`', outcome: 'refused', request: { format: 'json', tools } },
  ],
  think: [
    { label: '`think: false`', outcome: 'mapped', request: { think: false }, plan: { thoughtTokens: 0 } },
    { label: '`think: true`', outcome: 'mapped', request: { model: 'thinker', think: true } },
    {
      label: '`think: true` for a template without reasoning, or with `format`',
      outcome: 'warned',
      request: { think: true },
    },
    { label: '`think`: a level', outcome: 'warned', request: { model: 'thinker', think: 'low' } },
  ],
  tools: [
    {
      label: '`tools`',
      outcome: 'mapped',
      request: { tools: [{ name: 'now', strict: true }] },
      plan: { functions: { now: {} } },
    },
    {
      label: '`tools`: rules of single values in `parameters`',
      outcome: 'warned',
      request: { tools: [{ name: 'count', parameters: number }] },
    },
  ],
  toolChoice: [
    {
      label: '`toolChoice`',
      outcome: 'mapped',
      request: { model: 'talker', tools, toolChoice: 'required' },
      plan: { mustCall: true },
    },
    {
      label: '`toolChoice` of a tool that is not offered',
      outcome: 'refused',
      request: { tools, toolChoice: { name: 'later' } },
    },
  ],
  parallelToolCalls: [
    {
      label: '`parallelToolCalls: false`',
      outcome: 'mapped',
      request: { tools, parallelToolCalls: false },
      plan: { oneCall: true },
    },
    {
      label: '`parallelToolCalls: true`',
      outcome: 'mapped',
      request: { model: 'parallel', tools, parallelToolCalls: true },
      plan: { oneCall: false },
    },
    {
      label: '`parallelToolCalls: true` for a template of one call',
      outcome: 'warned',
      request: { tools, parallelToolCalls: true },
    },
  ],
  strict: [{ label: '`strict`', outcome: 'mapped', request: { strict: true } }],
  providerOptions: [
    {
      label: '`providerOptions`',
      outcome: 'mapped',
      request: {
        providerOptions: {
          'llama-cpp': { minP: 0.1, repeatPenalty: { penalty: 1 } },
          local: { thoughtTokens: 5 },
        },
      },
      plan: { sampling: { minP: 0.1, repeatPenalty: { penalty: 1 } } },
    },
  ],
};
