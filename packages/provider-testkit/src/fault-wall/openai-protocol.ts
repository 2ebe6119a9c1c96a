import { type AnswerHead, countedUsage, type Protocol, type Refusal } from './protocol.js';

interface ErrorWords {
  readonly message: string;
  readonly type: string;
  readonly param?: string;
  readonly code: string | null;
}

const invalid = (message: string, code: string | null, param?: string): ErrorWords => ({
  message,
  type: 'invalid_request_error',
  code,
  ...(param !== undefined && { param }),
});

const errorWords: Readonly<Record<Refusal, (model: string) => ErrorWords>> = {
  'rate-limited': (model) => ({
    message: `Rate limit reached for ${model} on requests per min (RPM): Limit 3, Used 3, Requested 1.`,
    type: 'requests',
    code: 'rate_limit_exceeded',
  }),
  quota: () => ({
    message: 'You exceeded your current quota, please check your plan and billing details.',
    type: 'insufficient_quota',
    code: 'insufficient_quota',
  }),
  failed: () => ({
    message: 'The server had an error while processing your request. Sorry about that!',
    type: 'server_error',
    code: null,
  }),
  unavailable: () => ({
    message: 'The engine is currently unavailable, please try again later.',
    type: 'server_error',
    code: null,
  }),
  overloaded: () => ({ message: 'Overloaded', type: 'overloaded_error', code: 'overloaded_error' }),
  'context-too-long': () =>
    invalid(
      "This model's maximum context length is 4096 tokens. However, your messages resulted in 9000 tokens.",
      'context_length_exceeded',
      'messages',
    ),
  'content-filtered': () =>
    invalid(
      "The response was filtered due to the prompt triggering the server's content management policy.",
      'content_filter',
      'prompt',
    ),
  'wrong-key': () => invalid('Incorrect API key provided.', 'invalid_api_key'),
  'unknown-model': (model) => invalid(`The model '${model}' does not exist.`, 'model_not_found', 'model'),
  'permission-denied': () => ({
    message: 'Country, region, or territory not supported.',
    type: 'request_forbidden',
    code: 'unsupported_country_region_territory',
  }),
  'bad-request': () =>
    invalid(
      "Invalid value: 'robot'. Allowed are 'system', 'assistant', 'user' and 'tool'.",
      'invalid_value',
      'messages[0].role',
    ),
};

const frame = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;

const idOf = ({ model, number }: AnswerHead): object => ({
  id: `chatcmpl-${number}`,
  created: 1_700_000_000,
  model,
});

const chunk = (head: AnswerHead, delta: object, finish: string | null = null): string =>
  frame({
    ...idOf(head),
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: finish }],
  });

const { input, output } = countedUsage;
const usage = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };

const refuse: Protocol['refuse'] = (refusal, model, message) => {
  const words = errorWords[refusal](model);
  return JSON.stringify({ error: { param: null, ...words, message: message ?? words.message } });
};

/** OpenAI's chat completions: server-sent events with `[DONE]` at their end. */
export const openAIChat: Protocol = {
  path: '/v1/chat/completions',
  streamsByDefault: false,
  streamType: 'text/event-stream',
  heartbeat: ': keep-alive\n\n',
  malformedFrame: 'data: {"choices": oops\n\n',
  start: (head) => chunk(head, { role: 'assistant', content: '' }),
  delta: (head, text) => chunk(head, { content: text }),
  terminal: (head) => [
    chunk(head, {}, 'stop'),
    ...(head.usageAsked
      ? [frame({ ...idOf(head), object: 'chat.completion.chunk', choices: [], usage })]
      : []),
    'data: [DONE]\n\n',
  ],
  whole: (head, text, complete) =>
    JSON.stringify({
      ...idOf(head),
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: text },
          finish_reason: complete ? 'stop' : null,
        },
      ],
      usage,
    }),
  refuse,
  refusalFrame: (refusal, model) => `data: ${refuse(refusal, model)}\n\n`,
};
