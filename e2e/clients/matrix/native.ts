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

interface Answer {
  readonly content: string;
  readonly reasoning?: string;
  readonly reasoning_segments?: readonly object[];
  readonly tool_calls?: readonly {
    readonly id: string;
    readonly name: string;
    readonly arguments: unknown;
  }[];
  readonly provider_metadata?: object;
  readonly input_tokens?: number;
  readonly output_tokens?: number;
  readonly usage?: { readonly cache_read?: number; readonly reasoning?: number };
}

interface Event extends Partial<Answer> {
  readonly type: string;
  readonly delta?: string;
  readonly signature?: string;
  readonly index?: number;
  readonly id?: string;
  readonly name?: string;
  readonly arguments_delta?: string;
  readonly provider_metadata?: object;
}

const toMessages = (turn: Turn): readonly object[] => {
  switch (turn.by) {
    case 'user':
      return [
        {
          role: 'user',
          content: turn.image
            ? [
                { type: 'text', text: turn.text },
                { type: 'image', data: picture, media_type: 'image/png' },
              ]
            : turn.text,
        },
      ];
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
  ...(tools && { tools: openaiTools }),
  ...(schema && { format: answerSchema }),
  ...(think && { think: true }),
});

const readWhole = (answer: Answer): Heard => {
  const { content, reasoning, reasoning_segments, tool_calls, provider_metadata } = answer;
  return {
    text: content,
    reasoning: reasoning ?? '',
    calls: (tool_calls ?? []).map(({ id, name, arguments: given }) => ({ id, name, arguments: given })),
    usage: {
      input: answer.input_tokens,
      output: answer.output_tokens,
      cached: answer.usage?.cache_read,
      reasoning: answer.usage?.reasoning,
    },
    turn: { role: 'assistant', content, reasoning, reasoning_segments, tool_calls, provider_metadata },
  };
};

const readStream = (text: string): Heard => {
  const events = readEvents<Event>(text);
  const deltas = (type: string): string =>
    events.flatMap((event) => (event.type === type ? [event.delta ?? ''] : [])).join('');
  const segments = events.flatMap(({ type, delta, signature }) =>
    type === 'reasoning_delta' && signature !== undefined ? [{ text: delta ?? '', signature }] : [],
  );
  const pieces = events.filter(({ type }) => type === 'tool_call_delta');
  const calls = pieces
    .filter(({ id }) => id !== undefined)
    .map(({ id = '', name = '', index, provider_metadata }) => ({
      id,
      name,
      arguments: JSON.parse(
        pieces.flatMap((piece) => (piece.index === index ? [piece.arguments_delta ?? ''] : [])).join(''),
      ) as unknown,
      provider_metadata,
    }));
  const end = events.at(-1);
  if (end?.type !== 'response_end') throw new Error(`The stream ended with ${JSON.stringify(end)}`);
  return readWhole({
    ...end,
    content: deltas('text_delta'),
    reasoning: deltas('reasoning_delta'),
    ...(segments.length > 0 && { reasoning_segments: segments }),
    ...(calls.length > 0 && { tool_calls: calls }),
  });
};

/** `POST /v1/chat`. */
export const native: Driver = {
  name: 'native',
  path: '/v1/chat',
  toBody,
  readWhole,
  readStream,
  counts: ['input', 'output', 'cached', 'reasoning'],
  lacks: ['embeddings'],
};
