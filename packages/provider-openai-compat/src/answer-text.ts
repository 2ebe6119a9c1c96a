import { ChatError, type ChatRequest, type ChatWarning, type FinishReason } from '@lakehouse/chat-core';
import { checkFormat, createCodeFenceFilter, type TextFilter } from '@lakehouse/provider-utils';

/** What the text of an answer is held against. */
export interface TextOptions {
  readonly format: ChatRequest['format'];
  readonly strict: boolean;
}

/** The text of one answer on its way to the caller, checked at the end when a format was asked for. */
export class AnswerText {
  readonly #options: TextOptions;
  readonly #filter: TextFilter | undefined;
  readonly #kept: string[] = [];
  #any = false;

  constructor(options: TextOptions) {
    this.#options = options;
    // Servers that do not enforce a format, whatever they take, let models wrap JSON in a fence.
    this.#filter = options.format === undefined ? undefined : createCodeFenceFilter();
  }

  /** Whether the upstream sent any text. */
  get any(): boolean {
    return this.#any;
  }

  /** What may go on to the caller after this piece. */
  push(delta: string): string {
    if (delta !== '') this.#any = true;
    return this.#keep(this.#filter ? this.#filter.push(delta) : delta);
  }

  /** What was held back. */
  end(): string {
    return this.#keep(this.#filter?.end() ?? '');
  }

  /**
   * A warning when the answer is not what was asked for; nobody else can know whether a server enforces a schema. For a
   * strict request it is `bad-response`, unless the caller's own limit cut the answer: it would be cut again.
   */
  check(finishReason: FinishReason): ChatWarning | undefined {
    const { format, strict } = this.#options;
    const mismatch = format === undefined ? undefined : checkFormat(format, this.#kept.join(''));
    if (mismatch?.code === 'answer-mismatch' && strict && finishReason !== 'length') {
      const { message } = mismatch;
      // It may name keys of the answer.
      throw new ChatError('bad-response', message, { path: 'format', bodyExcerpt: message });
    }
    return mismatch;
  }

  #keep(text: string): string {
    if (this.#options.format !== undefined && text !== '') this.#kept.push(text);
    return text;
  }
}
