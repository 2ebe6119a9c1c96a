import {
  type Ask,
  answerSchema,
  type Driver,
  type Heard,
  openaiTools,
  pictureUrl,
  readEvents,
  type Turn,
} from './driver.js';

type Item =
  | { readonly type: 'message'; readonly content: readonly { readonly text: string }[] }
  | { readonly type: 'reasoning'; readonly summary: readonly { readonly text: string }[] }
  | {
      readonly type: 'function_call';
      readonly call_id: string;
      readonly name: string;
      readonly arguments: string;
    };

interface Answer {
  readonly status: string;
  readonly output: readonly Item[];
  readonly usage?: {
    readonly input_tokens: number;
    readonly output_tokens: number;
    readonly input_tokens_details: { readonly cached_tokens: number };
    readonly output_tokens_details: { readonly reasoning_tokens: number };
  };
}

interface Event {
  readonly type: string;
  readonly delta?: string;
  readonly response?: Answer;
}

const toItems = (turn: Turn): readonly object[] => {
  switch (turn.by) {
    case 'user': {
      const text = { type: 'input_text', text: turn.text };
      const image = { type: 'input_image', image_url: pictureUrl };
      return [{ role: 'user', content: turn.image ? [text, image] : turn.text }];
    }
    case 'model':
      return turn.heard.turn as readonly object[];
    case 'tools':
      return turn.calls.map(({ id }, index) => ({
        type: 'function_call_output',
        call_id: id,
        output: turn.results[index],
      }));
  }
};

const toBody = ({ model, turns, stream, tools, schema, think }: Ask): object => ({
  model,
  input: turns.flatMap(toItems),
  stream,
  store: false,
  ...(tools && { tools: openaiTools.map(({ type, function: given }) => ({ type, ...given })) }),
  ...(schema && { text: { format: { type: 'json_schema', name: 'weather', schema: answerSchema } } }),
  ...(think && { reasoning: { effort: 'medium' } }),
});

const readWhole = ({ status, output, usage }: Answer): Heard => {
  if (status !== 'completed') throw new Error(`The response is ${status}`);
  const textOf = (parts: readonly { readonly text: string }[]): string =>
    parts.map(({ text }) => text).join('');
  return {
    text: output.map((item) => (item.type === 'message' ? textOf(item.content) : '')).join(''),
    reasoning: output.map((item) => (item.type === 'reasoning' ? textOf(item.summary) : '')).join(''),
    calls: output.flatMap((item) =>
      item.type === 'function_call'
        ? [{ id: item.call_id, name: item.name, arguments: JSON.parse(item.arguments) as unknown }]
        : [],
    ),
    usage: {
      input: usage?.input_tokens,
      output: usage?.output_tokens,
      cached: usage?.input_tokens_details.cached_tokens,
      reasoning: usage?.output_tokens_details.reasoning_tokens,
    },
    turn: output,
  };
};

const readStream = (text: string): Heard => {
  const events = readEvents<Event>(text);
  const end = events.at(-1);
  if (end?.type !== 'response.completed' || !end.response) {
    throw new Error(`The stream ended with ${JSON.stringify(end)}`);
  }
  const pieces = events.filter(({ type }) => type === 'response.output_text.delta');
  return { ...readWhole(end.response), text: pieces.map(({ delta }) => delta ?? '').join('') };
};

/** `POST /v1/responses`. */
export const openaiResponses: Driver = {
  name: 'OpenAI Responses',
  path: '/v1/responses',
  toBody,
  readWhole,
  readStream,
  counts: ['input', 'output', 'cached', 'reasoning'],
  lacks: ['embeddings'],
};
