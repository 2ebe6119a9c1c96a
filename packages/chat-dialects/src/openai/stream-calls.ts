import type { ToolCallDelta } from '@lakehouse/chat-core';
import { GrowingArguments } from '../growing-text.js';

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
  /** What completes the arguments: an empty object for calls that got none, and text that is going to be no object. */
  end(): readonly OpenaiCallFragment[];
}

export const createCallWriter = (): CallWriter => {
  const calls: GrowingArguments[] = [];
  return {
    push({ index, id, name, argumentsDelta = '' }) {
      const known = calls[index];
      const growing = known ?? new GrowingArguments();
      growing.add(argumentsDelta);
      const text = growing.takeBegun();
      if (!known) {
        calls.push(growing);
        if (id !== undefined && name !== undefined)
          return { index, id, type: 'function', function: { name, arguments: text } };
      }
      return text === '' ? undefined : { index, function: { arguments: text } };
    },
    // Clients read the arguments as JSON, and an empty text is none.
    end: () =>
      calls.flatMap((growing, index) => {
        const text = growing.absent ? '{}' : growing.take();
        return text === '' ? [] : [{ index, function: { arguments: text } }];
      }),
  };
};
