import type { ToolCallDelta } from '@lakehouse/chat-core';

/** A fragment of `tool_calls`; the first of a call has all fields, later ones only more of the arguments. */
interface OpenaiCallFragment {
  readonly index: number;
  readonly id?: string;
  readonly type?: 'function';
  readonly function: { readonly name?: string; readonly arguments: string };
}

/** Makes fragments of the tool calls of one stream. */
export interface CallWriter {
  /** Undefined when there is nothing to say of a delta. */
  push(delta: ToolCallDelta): OpenaiCallFragment | undefined;
  /** What completes the arguments of calls that got none. */
  end(): readonly OpenaiCallFragment[];
}

export const createCallWriter = (): CallWriter => {
  /** Whether the call at an index has arguments by now. */
  const written: boolean[] = [];
  return {
    push({ index, id, name, argumentsDelta: text = '' }) {
      const isFirst = written[index] === undefined;
      written[index] = (written[index] ?? false) || text.trim() !== '';
      if (isFirst && id !== undefined && name !== undefined) {
        return { index, id, type: 'function', function: { name, arguments: text } };
      }
      return text === '' ? undefined : { index, function: { arguments: text } };
    },
    // Clients read the arguments as JSON, and an empty text is none.
    end: () => written.flatMap((has, index) => (has ? [] : [{ index, function: { arguments: '{}' } }])),
  };
};
