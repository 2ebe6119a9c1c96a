import type { ToolCallFragment } from '@lakehouse/provider-utils';
import { asArray, asJsonObject, asName, asObject, asText } from './loose.js';
import { toMetadata } from './metadata.js';

type Fields = Readonly<Record<string, unknown>>;

/** A piece of text or of reasoning, in the order in which the server sent them. */
interface Piece {
  readonly type: 'text' | 'reasoning';
  readonly text: string;
}

/** What one `content` holds, and the types of parts that have no place in an answer. */
export interface Content {
  readonly pieces: readonly Piece[];
  readonly unknownParts: readonly string[];
}

const toPiece = (part: Fields): Piece | undefined => {
  if (part.type === 'thinking') {
    const { thinking } = part;
    const text =
      asText(thinking) ??
      asArray(thinking)
        .map((item) => asText(asObject(item)?.text) ?? '')
        .join('');
    return { type: 'reasoning', text };
  }
  const text = asText(part.text) ?? asText(part.refusal);
  return text === undefined ? undefined : { type: 'text', text };
};

/** Reads the parts that Mistral's reasoning models send as `content`. */
export const readContent = (content: unknown): Content => {
  const parts = asArray(content).map((part) =>
    typeof part === 'string' ? { text: part } : (asObject(part) ?? {}),
  );
  const pieces = parts.map((part: Fields) => ({ part, piece: toPiece(part) }));
  return {
    pieces: pieces.flatMap(({ piece }) => (piece === undefined ? [] : [piece])),
    unknownParts: pieces.flatMap(({ part, piece }) => (piece ? [] : [asText(part.type) ?? 'unknown'])),
  };
};

const toFragment = (value: unknown): ToolCallFragment => {
  const call = asObject(value) ?? {};
  const called = asObject(call.function) ?? asObject(call.custom) ?? {};
  const extra = asJsonObject(call.extra_content);
  return {
    index: typeof call.index === 'number' ? call.index : undefined,
    id: asName(call.id),
    name: asName(called.name),
    arguments: called.arguments ?? called.input,
    providerMetadata: extra && toMetadata({ extra_content: extra }),
  };
};

/** The choice that is read of a chunk: that with the index 0 or without one. */
export const firstChoice = (chunk: Fields): Fields | undefined => {
  for (const item of asArray(chunk.choices)) {
    const choice = asObject(item) ?? {};
    if (choice.index === undefined || choice.index === null || choice.index === 0) return choice;
  }
  return undefined;
};

/** Whether there may be any in a delta or message. */
export const hasToolCalls = (delta: Fields): boolean =>
  delta.tool_calls !== undefined || delta.function_call !== undefined;

/** The tool calls of a delta or message; `function_call` is their old form. */
export const readToolCalls = (delta: Fields): readonly ToolCallFragment[] => {
  const calls = asArray(delta.tool_calls);
  const old = asObject(delta.function_call);
  if (calls.length > 0 || !old) return calls.map(toFragment);
  return [{ index: 0, name: asName(old.name), arguments: old.arguments }];
};

/** The part of a cumulative text that is new; undefined when it does not go on from the last one. */
export const newSuffix = (text: string, before: string): string | undefined =>
  text.startsWith(before) ? text.slice(before.length) : undefined;

/** The error inside an answer, wherever it sits; undefined when there is none. */
export const findError = (chunk: unknown): unknown => {
  if (Array.isArray(chunk)) return chunk.find((item) => asObject(item)?.error); // Gemini
  const fields = asObject(chunk);
  if (!fields) return undefined;
  if (fields.error || fields.object === 'error' || fields.type === 'error') return fields; // the last two: vLLM, Zen
  const choice = asObject(asArray(fields.choices)[0]);
  if (choice?.error) return { error: choice.error }; // OpenRouter
  const groq = asObject(fields.x_groq);
  if (groq?.error) return { error: groq.error };
  const errorLike = fields.errors ?? fields.detail ?? fields.message;
  return fields.choices === undefined && errorLike !== undefined && fields.usage === undefined
    ? fields
    : undefined;
};
