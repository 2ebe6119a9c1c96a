import { type AnswerHead, countedUsage, type Protocol, type Refusal } from './protocol.js';

const errorWords: Readonly<Record<Refusal, (model: string) => string>> = {
  'rate-limited': () => 'too many concurrent requests',
  quota: () => 'you have reached your weekly usage limit, upgrade for higher limits',
  failed: () => 'model runner has unexpectedly stopped, check the server logs for details',
  unavailable: () => 'server busy, please try again.  maximum pending requests exceeded',
  overloaded: () => 'the model is overloaded, please try again later',
  'context-too-long': () => 'the prompt is longer than the context length currently set for the model',
  'content-filtered': () => 'the prompt was refused by the content filter',
  'wrong-key': () => 'unauthorized',
  'unknown-model': (model) => `model '${model}' not found`,
  'permission-denied': () => 'this model requires a subscription, upgrade for access',
  'bad-request': () =>
    'json: cannot unmarshal string into Go struct field ChatRequest.messages of type []Message',
};

/** Durations are nanoseconds. */
const end = {
  done: true,
  done_reason: 'stop',
  total_duration: 812_400_000,
  load_duration: 21_000_000,
  prompt_eval_count: countedUsage.input,
  prompt_eval_duration: 90_000_000,
  eval_count: countedUsage.output,
  eval_duration: 400_000_000,
};

const refuse: Protocol['refuse'] = (refusal, model, message) =>
  JSON.stringify({ error: message ?? errorWords[refusal](model) });

/** The two paths differ in the member that holds the text. */
const createOllama = (path: string, toContent: (text: string) => object): Protocol => {
  const object = ({ model }: AnswerHead, text: string, more: object): string =>
    JSON.stringify({ model, created_at: '2026-01-01T00:00:00Z', ...toContent(text), done: false, ...more });
  return {
    path,
    streamsByDefault: true,
    streamType: 'application/x-ndjson',
    heartbeat: '\n',
    malformedFrame: '{"done": oops\n',
    start: () => '',
    delta: (head, text) => `${object(head, text, {})}\n`,
    terminal: (head) => [`${object(head, '', end)}\n`],
    whole: (head, text, complete) => object(head, text, complete ? end : {}),
    refuse,
    refusalFrame: (refusal, model) => `${refuse(refusal, model)}\n`,
  };
};

/** Ollama's `/api/chat`: one JSON object a line, the last one with `"done": true`. */
export const ollamaChat = createOllama('/api/chat', (content) => ({
  message: { role: 'assistant', content },
}));

/** Ollama's `/api/generate`. */
export const ollamaGenerate = createOllama('/api/generate', (response) => ({ response }));
