import {
  type Ask,
  answerSchema,
  type Driver,
  type Heard,
  openaiTools,
  pictureUrl,
  readEvents,
  some,
  type Turn,
} from './driver.js';

interface WireCall {
  readonly index?: number;
  readonly id: string;
  readonly type: string;
  readonly function: { readonly name: string; readonly arguments: string };
}

interface Message {
  readonly content?: string | null;
  readonly reasoning_content?: string;
  readonly reasoning_details?: readonly object[];
  readonly tool_calls?: readonly WireCall[];
}

interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly prompt_tokens_details?: { readonly cached_tokens?: number };
  readonly completion_tokens_details?: { readonly reasoning_tokens?: number };
}

interface Answer {
  readonly choices: readonly { readonly message: Message }[];
  readonly usage?: Usage;
}

interface Chunk {
  readonly choices: readonly { readonly delta: Message; readonly finish_reason: string | null }[];
  readonly usage?: Usage;
}

const toMessages = (turn: Turn): readonly object[] => {
  switch (turn.by) {
    case 'user': {
      const text = { type: 'text', text: turn.text };
      const image = { type: 'image_url', image_url: { url: pictureUrl } };
      return [{ role: 'user', content: turn.image ? [text, image] : turn.text }];
    }
    case 'model':
      return [turn.heard.turn as object];
    case 'tools':
      return turn.calls.map(({ id }, index) => ({
        role: 'tool',
        tool_call_id: id,
        content: turn.results[index],
      }));
  }
};

const toBody = ({ model, turns, stream, tools, schema, think }: Ask): object => ({
  model,
  messages: turns.flatMap(toMessages),
  stream,
  ...(stream && { stream_options: { include_usage: true } }),
  ...(tools && { tools: openaiTools }),
  ...(schema && {
    response_format: { type: 'json_schema', json_schema: { name: 'weather', schema: answerSchema } },
  }),
  ...(think && { reasoning_effort: 'medium' }),
});

const readWhole = ({ choices, usage }: Answer): Heard => {
  const { content, reasoning_content, reasoning_details, tool_calls = [] } = choices[0]?.message ?? {};
  return {
    text: content ?? '',
    reasoning: reasoning_content ?? '',
    calls: tool_calls.map(({ id, function: { name, arguments: given } }) => ({
      id,
      name,
      arguments: JSON.parse(given) as unknown,
    })),
    usage: {
      input: usage?.prompt_tokens,
      output: usage?.completion_tokens,
      cached: usage?.prompt_tokens_details?.cached_tokens,
      reasoning: usage?.completion_tokens_details?.reasoning_tokens,
    },
    turn: {
      role: 'assistant',
      content: content ?? null,
      ...some('reasoning_content', reasoning_content),
      ...some('reasoning_details', reasoning_details),
      ...some('tool_calls', tool_calls),
    },
  };
};

const readStream = (text: string): Heard => {
  if (!text.endsWith('data: [DONE]\n\n')) throw new Error(`The stream ended with ${text.slice(-200)}`);
  const chunks = readEvents<Chunk>(text);
  const deltas = chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta));
  const calls: WireCall[] = [];
  for (const piece of deltas.flatMap(({ tool_calls = [] }) => tool_calls)) {
    const index = piece.index ?? 0;
    const begun = calls[index];
    calls[index] = begun
      ? {
          ...begun,
          function: {
            name: begun.function.name,
            arguments: begun.function.arguments + piece.function.arguments,
          },
        }
      : { id: piece.id, type: piece.type, function: piece.function };
  }
  const usage = chunks.find((chunk) => chunk.usage)?.usage;
  const message: Message = {
    content: deltas.map(({ content }) => content ?? '').join(''),
    reasoning_content: deltas.map(({ reasoning_content: piece }) => piece ?? '').join(''),
    reasoning_details: deltas.flatMap(({ reasoning_details: piece }) => piece ?? []),
    tool_calls: calls,
  };
  return readWhole({ choices: [{ message }], ...(usage && { usage }) });
};

/** `POST /v1/chat/completions`. */
export const openaiChat: Driver = {
  name: 'OpenAI chat',
  path: '/v1/chat/completions',
  toBody,
  readWhole,
  readStream,
  counts: ['input', 'output', 'cached', 'reasoning'],
  embed: {
    path: '/v1/embeddings',
    toBody: (model, input) => ({ model, input }),
    readVectors: ({ data }: { readonly data: readonly { readonly embedding: readonly number[] }[] }) =>
      data.map(({ embedding }) => embedding),
  },
  lacks: [],
};
