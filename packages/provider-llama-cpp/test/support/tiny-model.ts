import { type Metadata, type Tensor, writeGgufFile } from './gguf-file.js';

/** What a tiny model knows. */
export interface TinyModel {
  /** What it says after the header of its turn, token by token; each may stand in it once. */
  readonly says: readonly string[];
  /** Further words that are one token each, so that the tokens of a prompt can be counted by hand. */
  readonly words?: readonly string[];
  /** Begins again when it has said everything, without end. */
  readonly endless?: boolean;
  /** What follows other tokens than those that it says; `<|im_end|>` ends the turn. */
  readonly follows?: Readonly<Record<string, string>>;
  /** Tokens that it was "trained" on; default 4,096. */
  readonly contextLength?: number;
  /** The library knows some families of models by their names. */
  readonly name?: string;
  /** Without one the library recognises ChatML by its first token, which is much faster than to try a template. */
  readonly template?: string;
}

/** Control tokens have no text, words are found in a text as they stand, bytes make up for everything else. */
const kinds = { normal: 1, unknown: 2, control: 3, word: 4, byte: 6 } as const;

const byteToken = (value: number): string => `<0x${value.toString(16).toUpperCase().padStart(2, '0')}>`;

const vocabularyOf = ({ says, words = [], follows = {} }: TinyModel) => {
  const tokens: string[] = ['<unk>', '<|im_start|>', '<|im_end|>'];
  const types: number[] = [kinds.unknown, kinds.control, kinds.control];
  const add = (token: string, type: number): void => {
    if (tokens.includes(token)) return;
    tokens.push(token);
    types.push(type);
  };
  for (let value = 0; value < 256; value++) add(byteToken(value), kinds.byte);
  add('\u2581', kinds.normal); // how this kind of vocabulary writes a space
  for (const word of ['system', 'user', 'assistant', 'tool', ...words, ...says, ...Object.keys(follows)]) {
    if (word.length > 1) add(word, kinds.word);
  }
  while (tokens.length % 64 !== 0) add(`<unused ${tokens.length}>`, kinds.control);
  const indexOf = (token: string): number =>
    tokens.indexOf(token.length === 1 ? byteToken(token.charCodeAt(0)) : token);
  return { tokens, types, indexOf };
};

/** What follows where the script says nothing, the likeliest first: a grammar can then close whatever it has opened. */
const closing = ['"', '}', ']', ',', ':', '0'];

/**
 * Writes a model of the "llama" architecture whose answers are known. A token's embedding is a 1 at its own place, and
 * attention and feed-forward add nothing; so the last token alone meets the output matrix, whose column of that token
 * says how likely each next one is. Hence a script: every token leads to the next. The mean of such embeddings counts
 * the words of a text, so that two texts are as near as the words that they share.
 */
export const writeTinyModel = (file: string, model: TinyModel): void => {
  const { tokens, types, indexOf } = vocabularyOf(model);
  const size = tokens.length;
  const embeddings = new Float32Array(size * size);
  const output = new Float32Array(size * size);
  for (let token = 0; token < size; token++) embeddings[token * size + token] = 1;
  const lead = (from: number, to: number, weight: number): void => {
    output[to * size + from] = weight;
  };
  for (const [rank, character] of closing.entries()) {
    for (let from = 0; from < size; from++) lead(from, indexOf(character), 4 - rank / 2);
  }
  const [first = '', ...rest] = model.says;
  const last = model.says.at(-1) ?? '';
  lead(indexOf('\n'), indexOf(first), 8);
  lead(indexOf('"'), indexOf(first), 6);
  for (const [index, word] of rest.entries()) lead(indexOf(model.says[index] ?? ''), indexOf(word), 8);
  lead(indexOf(last), indexOf(model.endless ? first : '<|im_end|>'), 8);

  for (const [from, to] of Object.entries(model.follows ?? {})) lead(indexOf(from), indexOf(to), 8);

  const hidden = 64;
  const ones = new Float32Array(size).fill(1);
  const zeros = (rows: number): Float32Array => new Float32Array(size * rows);
  const tensors: Tensor[] = [
    { name: 'token_embd.weight', dimensions: [size, size], values: embeddings },
    { name: 'blk.0.attn_norm.weight', dimensions: [size], values: ones },
    { name: 'blk.0.attn_q.weight', dimensions: [size, size], values: zeros(size) },
    { name: 'blk.0.attn_k.weight', dimensions: [size, size], values: zeros(size) },
    { name: 'blk.0.attn_v.weight', dimensions: [size, size], values: zeros(size) },
    { name: 'blk.0.attn_output.weight', dimensions: [size, size], values: zeros(size) },
    { name: 'blk.0.ffn_norm.weight', dimensions: [size], values: ones },
    { name: 'blk.0.ffn_gate.weight', dimensions: [size, hidden], values: zeros(hidden) },
    { name: 'blk.0.ffn_up.weight', dimensions: [size, hidden], values: zeros(hidden) },
    { name: 'blk.0.ffn_down.weight', dimensions: [hidden, size], values: zeros(hidden) },
    { name: 'output_norm.weight', dimensions: [size], values: ones },
    { name: 'output.weight', dimensions: [size, size], values: output },
  ];
  const metadata: Metadata[] = [
    ['general.architecture', 'text', 'llama'],
    ['general.name', 'text', model.name ?? 'tiny'],
    ['llama.context_length', 'u32', model.contextLength ?? 4096],
    ['llama.embedding_length', 'u32', size],
    ['llama.block_count', 'u32', 1],
    ['llama.feed_forward_length', 'u32', hidden],
    ['llama.attention.head_count', 'u32', 4],
    ['llama.attention.layer_norm_rms_epsilon', 'f32', 1e-5],
    ['llama.pooling_type', 'u32', 1], // the mean of all tokens
    ['tokenizer.ggml.model', 'text', 'llama'],
    ['tokenizer.ggml.tokens', 'list', 'text', tokens],
    ['tokenizer.ggml.scores', 'list', 'f32', tokens.map(() => 0)],
    ['tokenizer.ggml.token_type', 'list', 'i32', types],
    ['tokenizer.ggml.bos_token_id', 'u32', indexOf('<|im_start|>')],
    ['tokenizer.ggml.eos_token_id', 'u32', indexOf('<|im_end|>')],
    ['tokenizer.ggml.unknown_token_id', 'u32', 0],
    ['tokenizer.ggml.add_bos_token', 'bool', true],
    ['tokenizer.ggml.add_space_prefix', 'bool', false],
    ...(model.template === undefined
      ? []
      : ([['tokenizer.chat_template', 'text', model.template]] satisfies Metadata[])),
  ];
  writeGgufFile(file, metadata, tensors);
};
