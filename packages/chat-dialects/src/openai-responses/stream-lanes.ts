import type { ReasoningSegment } from '@lakehouse/chat-core';
import { GrowingText } from '../growing-text.js';
import type { Carrier } from './carrier.js';
import {
  type ItemPlace,
  type ItemStatus,
  type OutputItem,
  toMessageItem,
  toReasoningItem,
  toSummary,
  toTextPart,
} from './output-item.js';

/** An event of an item: its type below `response.`, and its fields. */
export type ItemEvent = readonly [type: string, fields: object];

/** One output item of a stream, from its first piece to its last. */
export interface Lane {
  /** Whether it may be closed so that the next one can open. */
  readonly complete: boolean;
  /** The item as it is announced. */
  open(place: ItemPlace): object;
  /** The pieces that have come since the last time. */
  take(): readonly ItemEvent[];
  /** The events that only its end brings. */
  close(): readonly ItemEvent[];
  /** The whole item. */
  finish(place: ItemPlace, status: ItemStatus): OutputItem;
}

/** A message. */
export class TextLane implements Lane {
  readonly complete = true;
  readonly #growing = new GrowingText();
  #opened = false;

  add(delta: string): void {
    this.#growing.add(delta);
  }

  open(place: ItemPlace): object {
    return { ...toMessageItem(place, '', 'in_progress'), content: [] };
  }

  take(): readonly ItemEvent[] {
    const events: ItemEvent[] = [];
    if (!this.#opened) events.push(['content_part.added', { content_index: 0, part: toTextPart('') }]);
    this.#opened = true;
    const delta = this.#growing.take();
    if (delta !== '') events.push(['output_text.delta', { content_index: 0, delta, logprobs: [] }]);
    return events;
  }

  close(): readonly ItemEvent[] {
    const { text } = this.#growing;
    return [
      ['output_text.done', { content_index: 0, text, logprobs: [] }],
      ['content_part.done', { content_index: 0, part: toTextPart(text) }],
    ];
  }

  finish(place: ItemPlace, status: ItemStatus): OutputItem {
    return toMessageItem(place, this.#growing.text, status);
  }
}

/** Reasoning. What has no text is an item without a summary. */
export class ReasoningLane implements Lane {
  readonly complete = true;
  readonly #growing = new GrowingText();
  readonly #segments: ReasoningSegment[] = [];
  #segmentStart = 0;

  add(delta: string, signature: string | undefined): void {
    this.#growing.add(delta);
    if (signature !== undefined) this.#segments.push({ text: this.#takeSegment(), signature });
  }

  open(place: ItemPlace): object {
    const { encrypted_content: _, ...item } = toReasoningItem(place, '', {});
    return item;
  }

  take(): readonly ItemEvent[] {
    const isFirst = !this.#growing.begun;
    const delta = this.#growing.take();
    if (delta === '') return [];
    const part = { type: 'summary_text', text: '' };
    return [
      ...(isFirst ? [['reasoning_summary_part.added', { summary_index: 0, part }] as const] : []),
      ['reasoning_summary_text.delta', { summary_index: 0, delta }],
    ];
  }

  close(): readonly ItemEvent[] {
    const { text } = this.#growing;
    return toSummary(text).flatMap((part): ItemEvent[] => [
      ['reasoning_summary_text.done', { summary_index: 0, text }],
      ['reasoning_summary_part.done', { summary_index: 0, part }],
    ]);
  }

  finish(place: ItemPlace): OutputItem {
    const rest = this.#takeSegment();
    if (rest !== '') this.#segments.push({ text: rest });
    return toReasoningItem(place, this.#growing.text, { reasoning: this.#segments });
  }

  #takeSegment(): string {
    const text = this.#growing.text.slice(this.#segmentStart);
    this.#segmentStart = this.#growing.text.length;
    return text;
  }
}

/** What providers want back, which is known only at the end. */
export const toCarrierLane = (carrier: Omit<Carrier, 'answer' | 'reasoning'>): Lane => ({
  complete: true,
  open: (place) => new ReasoningLane().open(place),
  take: () => [],
  close: () => [],
  finish: (place) => toReasoningItem(place, '', carrier),
});
