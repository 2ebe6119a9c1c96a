import { picture } from '../support.js';
import {
  type Ask,
  answerSchema,
  type Driver,
  type Heard,
  openaiTools,
  readEvents,
  type Turn,
} from './driver.js';

type Block =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature: string }
  | { readonly type: 'redacted_thinking'; readonly data: string }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: object };

interface Usage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read_input_tokens: number | null;
}

interface Answer {
  readonly content: readonly Block[];
  readonly usage: Usage;
}

interface Event {
  readonly type: string;
  readonly index?: number;
  readonly content_block?: Block;
  readonly delta?: {
    readonly text?: string;
    readonly thinking?: string;
    readonly signature?: string;
    readonly partial_json?: string;
  };
  readonly usage?: Usage;
}

const toMessages = (turn: Turn): readonly object[] => {
  switch (turn.by) {
    case 'user': {
      const text = { type: 'text', text: turn.text };
      const source = { type: 'base64', media_type: 'image/png', data: picture };
      return [{ role: 'user', content: turn.image ? [text, { type: 'image', source }] : turn.text }];
    }
    case 'model':
      return [{ role: 'assistant', content: turn.heard.turn }];
    case 'tools': {
      const content = turn.calls.map(({ id }, index) => ({
        type: 'tool_result',
        tool_use_id: id,
        content: turn.results[index],
      }));
      return [{ role: 'user', content }];
    }
  }
};

const toBody = ({ model, turns, stream, tools, schema, think }: Ask): object => ({
  model,
  max_tokens: 1024,
  messages: turns.flatMap(toMessages),
  stream,
  ...(tools && {
    tools: openaiTools.map(({ function: { parameters, ...given } }) => ({
      ...given,
      input_schema: parameters,
    })),
  }),
  ...(schema && { output_config: { format: { type: 'json_schema', schema: answerSchema } } }),
  ...(think && { thinking: { type: 'adaptive' } }),
});

const readWhole = ({ content, usage }: Answer): Heard => ({
  text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
  reasoning: content.map((block) => (block.type === 'thinking' ? block.thinking : '')).join(''),
  calls: content.flatMap((block) =>
    block.type === 'tool_use' ? [{ id: block.id, name: block.name, arguments: block.input }] : [],
  ),
  usage: {
    // Cached tokens are not part of the input here.
    input: usage.input_tokens + (usage.cache_read_input_tokens ?? 0),
    output: usage.output_tokens,
    cached: usage.cache_read_input_tokens ?? undefined,
  },
  turn: content,
});

const joined = (block: Block, deltas: readonly NonNullable<Event['delta']>[]): Block => {
  const all = (name: keyof NonNullable<Event['delta']>): string =>
    deltas.map((delta) => delta[name] ?? '').join('');
  switch (block.type) {
    case 'text':
      return { ...block, text: all('text') };
    case 'thinking':
      return { ...block, thinking: all('thinking'), signature: all('signature') };
    case 'tool_use':
      return { ...block, input: JSON.parse(all('partial_json') || '{}') as object };
    case 'redacted_thinking':
      return block;
  }
};

const readStream = (text: string): Heard => {
  const events = readEvents<Event>(text);
  const [last, end] = events.slice(-2);
  if (end?.type !== 'message_stop' || !last?.usage) {
    throw new Error(`The stream ended with ${JSON.stringify(end)}`);
  }
  const content = events.flatMap(({ content_block: block, index }) => {
    const deltas = events.filter((event) => event.type === 'content_block_delta' && event.index === index);
    return block
      ? [
          joined(
            block,
            deltas.flatMap(({ delta }) => delta ?? []),
          ),
        ]
      : [];
  });
  return readWhole({ content, usage: last.usage });
};

/** `POST /v1/messages`. */
export const anthropic: Driver = {
  name: 'Anthropic',
  path: '/v1/messages',
  headers: { 'anthropic-version': '2023-06-01' },
  toBody,
  readWhole,
  readStream,
  counts: ['input', 'output', 'cached'],
  lacks: ['embeddings'],
};
