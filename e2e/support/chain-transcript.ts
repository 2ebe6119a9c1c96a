import { json, type Script, sse } from '@lakehouse/provider-testkit';

export const chunk = (delta: object, finish: string | null = null, more: object = {}): object => ({
  id: 'c-1',
  model: 'm',
  choices: [{ index: 0, delta, finish_reason: finish }],
  ...more,
});
const usage = {
  prompt_tokens: 9,
  completion_tokens: 5,
  prompt_tokens_details: { cached_tokens: 4 },
  completion_tokens_details: { reasoning_tokens: 2 },
};
const call = (id: string, name: string, given: string): object => ({
  id,
  type: 'function',
  function: { name, arguments: given },
});

export const message = {
  role: 'assistant',
  content: 'Grüße 🌍',
  reasoning_content: 'First, then',
  tool_calls: [call('c1', 'weather', '{"city":"Köln"}'), call('c2', 'now', '{}')],
};
const whole = json({
  id: 'c-1',
  model: 'm',
  choices: [{ index: 0, message, finish_reason: 'tool_calls' }],
  usage,
});
const streamed = sse([
  chunk({ role: 'assistant', reasoning_content: 'First, ' }),
  chunk({ reasoning_content: 'then' }),
  chunk({ content: 'Grüße ' }),
  chunk({ content: '🌍' }),
  chunk({ tool_calls: [{ index: 0, ...call('c1', 'weather', '{"city":') }] }),
  chunk({ tool_calls: [{ index: 0, function: { arguments: '"Köln"}' } }] }),
  chunk({ tool_calls: [{ index: 1, ...call('c2', 'now', '{}') }] }),
  chunk({}, 'tool_calls', { usage }),
  'data: [DONE]\n\n',
]);
export const good = ({ json: body }: { readonly json: unknown }): Script =>
  (body as { stream?: boolean }).stream === true ? streamed : whole;

const functionOf = (name: string, parameters: object) => ({
  type: 'function',
  function: { name, parameters },
});

/** A request that uses as much of the protocol as one server takes. */
export const question = (model: string, stream: boolean) => ({
  model,
  stream,
  messages: [
    { role: 'system', content: 'Be brief' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Weather here?' },
        { type: 'image', data: 'aGk=', media_type: 'image/png' },
      ],
    },
    {
      role: 'assistant',
      content: '',
      reasoning: 'Ask',
      tool_calls: [{ id: 'c0', name: 'now', arguments: {} }],
    },
    { role: 'tool', tool_call_id: 'c0', content: 'noon' },
  ],
  temperature: 0.2,
  top_p: 0.9,
  seed: 7,
  stop: ['END'],
  max_tokens: 99,
  tools: [
    functionOf('weather', { type: 'object', properties: { city: { type: 'string' } } }),
    functionOf('now', {}),
  ],
  tool_choice: 'required',
  parallel_tool_calls: true,
});
