import { parseToolArguments, type ToolCallDelta } from '@lakehouse/chat-core';
import { ToolCallAssembler, type ToolCallFragment } from '@lakehouse/provider-utils';

/** The tool calls of one answer, and whether what was said of them is whole. */
export class AnswerCalls {
  readonly #assembler = new ToolCallAssembler();
  readonly #arguments: string[] = [];

  get any(): boolean {
    return this.#assembler.any;
  }

  /** Whether there are calls and each has arguments that are a JSON object: none at all may be still to come. */
  get complete(): boolean {
    const isWhole = (text: string): boolean =>
      text.trim() !== '' && typeof parseToolArguments(text) === 'object';
    return this.any && this.#arguments.every(isWhole);
  }

  push(fragments: readonly ToolCallFragment[]): readonly ToolCallDelta[] {
    return fragments.flatMap((fragment) => this.#keep(this.#assembler.push(fragment)));
  }

  /** The calls that were held back. */
  end(): readonly ToolCallDelta[] {
    return this.#keep(this.#assembler.end());
  }

  #keep(deltas: readonly ToolCallDelta[]): readonly ToolCallDelta[] {
    for (const { index, argumentsDelta = '' } of deltas) {
      this.#arguments[index] = (this.#arguments[index] ?? '') + argumentsDelta;
    }
    return deltas;
  }
}
