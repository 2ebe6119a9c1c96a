import { picture } from '../support.js';
import {
  type Ask,
  answerSchema,
  type Driver,
  type Heard,
  openaiTools,
  readLines,
  type Turn,
} from './driver.js';

interface WireCall {
  readonly id: string;
  readonly function: { readonly name: string; readonly arguments: unknown };
}

interface Message {
  readonly role?: string;
  readonly content: string;
  readonly thinking?: string;
  readonly tool_calls?: readonly WireCall[];
  readonly reasoning_segments?: readonly object[];
  readonly provider_metadata?: object;
}

interface Counts {
  readonly done: boolean;
  readonly prompt_eval_count?: number;
  readonly eval_count?: number;
}

interface ChatLine extends Counts {
  readonly message: Message;
}

interface GenerateLine extends Counts {
  readonly response: string;
  readonly thinking?: string;
}

const toMessages = (turn: Turn): readonly object[] => {
  switch (turn.by) {
    case 'user':
      return [{ role: 'user', content: turn.text, ...(turn.image && { images: [picture] }) }];
    case 'model':
      return [turn.heard.turn as object];
    case 'tools':
      return turn.calls.map(({ name }, index) => ({
        role: 'tool',
        tool_name: name,
        content: turn.results[index],
      }));
  }
};

const shared = ({ model, stream, schema, think }: Ask): object => ({
  model,
  stream,
  ...(schema && { format: answerSchema }),
  ...(think && { think: true }),
});

const usageOf = ({ prompt_eval_count: input, eval_count: output }: Counts): Heard['usage'] => ({
  input,
  output,
});

const readChat = ({ message, ...counts }: ChatLine): Heard => ({
  text: message.content,
  reasoning: message.thinking ?? '',
  calls: (message.tool_calls ?? []).map(({ id, function: { name, arguments: given } }) => ({
    id,
    name,
    arguments: given,
  })),
  usage: usageOf(counts),
  turn: message,
});

const assertEnd = (line: Counts | undefined): void => {
  if (line?.done !== true) throw new Error(`The stream ended with ${JSON.stringify(line)}`);
};

const readChatStream = (text: string): Heard => {
  const lines = readLines<ChatLine>(text);
  const end = lines.at(-1);
  assertEnd(end);
  const calls = lines.flatMap(({ message }) => message.tool_calls ?? []);
  const thinking = lines.map(({ message }) => message.thinking ?? '').join('');
  const message: Message = {
    ...end?.message,
    content: lines.map(({ message: { content } }) => content).join(''),
    ...(thinking !== '' && { thinking }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
  return readChat({ ...end, done: true, message });
};

/** `POST /api/chat`. */
export const ollamaChat: Driver = {
  name: 'Ollama chat',
  path: '/api/chat',
  toBody: (ask) => ({
    ...shared(ask),
    messages: ask.turns.flatMap(toMessages),
    ...(ask.tools && { tools: openaiTools }),
  }),
  readWhole: readChat,
  readStream: readChatStream,
  counts: ['input', 'output'],
  embed: {
    path: '/api/embed',
    toBody: (model, input) => ({ model, input }),
    readVectors: ({ embeddings }: { readonly embeddings: readonly (readonly number[])[] }) => embeddings,
  },
  lacks: [],
};

const readGenerate = ({ response, thinking = '', ...counts }: GenerateLine): Heard => ({
  text: response,
  reasoning: thinking,
  calls: [],
  usage: usageOf(counts),
  turn: undefined,
});

/** `POST /api/generate`, which has one turn only. */
export const ollamaGenerate: Driver = {
  name: 'Ollama generate',
  path: '/api/generate',
  toBody(ask) {
    const [first] = ask.turns;
    if (first?.by !== 'user') throw new Error('There is no prompt');
    return { ...shared(ask), prompt: first.text, ...(first.image && { images: [picture] }) };
  },
  readWhole: readGenerate,
  readStream(text) {
    const lines = readLines<GenerateLine>(text);
    const end = lines.at(-1);
    assertEnd(end);
    const all = (name: 'response' | 'thinking'): string => lines.map((line) => line[name] ?? '').join('');
    return readGenerate({ ...end, done: true, response: all('response'), thinking: all('thinking') });
  },
  counts: ['input', 'output'],
  lacks: ['tools', 'results', 'replay', 'replay in tool turns', 'embeddings'],
};
