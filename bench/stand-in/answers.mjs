// The answers of both protocols as bytes. Each is made once for each size and then sent again and again.
import { chunkText, wholeText } from './texts.mjs';

const openaiChunk = (choice) =>
  `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_700_000_000, model: 'stand-in', choices: [{ index: 0, finish_reason: null, ...choice }] })}\n\n`;

const usage = { prompt_tokens: 250, completion_tokens: 50, total_tokens: 300 };
const usageChunk = `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_700_000_000, model: 'stand-in', choices: [], usage })}\n\n`;

/** OpenAI's chat completions. */
const openai = {
  wholeType: 'application/json',
  streamType: 'text/event-stream',
  whole: (content) =>
    JSON.stringify({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1_700_000_000,
      model: 'stand-in',
      choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
      usage,
    }),
  chunk: (content) => openaiChunk({ delta: { content } }),
  end: (body) =>
    `${openaiChunk({ delta: {}, finish_reason: 'stop' })}${body.includes('"include_usage":true') ? usageChunk : ''}data: [DONE]\n\n`,
  streams: (body) => body.includes('"stream":true'),
};

const ollamaLine = (rest) =>
  `${JSON.stringify({ model: 'stand-in', created_at: '2026-01-01T00:00:00.000000Z', ...rest })}\n`;
const ollamaEnd = {
  done: true,
  done_reason: 'stop',
  total_duration: 1_000_000,
  load_duration: 1_000,
  prompt_eval_count: 250,
  prompt_eval_duration: 1_000,
  eval_count: 50,
  eval_duration: 900_000,
};

/** Ollama's own protocol. */
const ollama = {
  wholeType: 'application/json; charset=utf-8',
  streamType: 'application/x-ndjson',
  whole: (content) => ollamaLine({ message: { role: 'assistant', content }, ...ollamaEnd }),
  chunk: (content) => ollamaLine({ message: { role: 'assistant', content }, done: false }),
  end: () => ollamaLine({ message: { role: 'assistant', content: '' }, ...ollamaEnd }),
  streams: (body) => !body.includes('"stream":false'),
};

const remember = (make) => {
  const known = new Map();
  return (key) => {
    if (!known.has(key)) known.set(key, make(key));
    return known.get(key);
  };
};

const withBytes = (protocol) => ({
  ...protocol,
  wholeBytes: remember((size) => Buffer.from(protocol.whole(wholeText(size)))),
  chunkBytes: remember((size) => Buffer.from(protocol.chunk(chunkText(size)))),
  /** A chunk that says when it was sent. */
  stampedChunk: (size, stamp) => protocol.chunk(chunkText(size, stamp)),
});

/** The protocol that is spoken on a path. */
export const protocols = {
  '/v1/chat/completions': withBytes(openai),
  '/api/chat': withBytes(ollama),
};
