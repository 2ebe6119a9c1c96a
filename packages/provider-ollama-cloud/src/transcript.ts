/** One turn of a conversation as text. */
export interface Turn {
  readonly speaker: 'user' | 'assistant' | { readonly tool: string };
  readonly text: string;
}

/** Ahead of every transcript, always the same, so that prompts that share their beginning can share a cache. */
const introduction =
  "This is the conversation so far; reply with the assistant's next message only, without a label in front of it.";

const unfinished =
  "The last message is the assistant's own and unfinished: continue it exactly where it stops and do not repeat it.";

/** A line inside a text that would read as the label of a turn, quoted or not. */
const forgedLabel =
  /(?<=[\n\r\u2028\u2029])(?=(?:> )*[^\S\n\r\u2028\u2029]*(?:(?:user|assistant|system)[^\S\n\r\u2028\u2029]*|tool result\b[^:\n\r\u2028\u2029]*):)/gi;

const label = ({ speaker }: Turn): string => {
  if (speaker === 'user') return 'User:';
  if (speaker === 'assistant') return 'Assistant:';
  return `Tool result (${speaker.tool.replace(/[^\w.-]+/g, '_')}):`;
};

/** Only a label begins a line like a label: a line of the text that does is quoted, so that no text can forge a turn. */
const toParagraph = (turn: Turn): string => {
  const text = turn.text.replace(forgedLabel, '> ');
  return text === '' ? label(turn) : `${label(turn)} ${text}`;
};

/**
 * A conversation as one prompt: one fixed sentence, then the turns, oldest first, a blank line between them. An
 * assistant's turn in last place is marked as unfinished.
 */
export const toTranscript = (turns: readonly Turn[]): string => {
  const prefill = turns.at(-1)?.speaker === 'assistant';
  const head = prefill ? `${introduction}\n${unfinished}` : introduction;
  return [head, ...turns.map(toParagraph)].join('\n\n');
};
