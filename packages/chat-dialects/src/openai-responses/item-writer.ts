import { ChatError, type ReasoningDelta, type ToolCallDelta } from '@lakehouse/chat-core';
import { CallLane } from './call-lane.js';
import type { Carrier } from './carrier.js';
import type { ItemStatus, OutputItem } from './output-item.js';
import { type Lane, ReasoningLane, TextLane, toCarrierLane } from './stream-lanes.js';
import type { ToolBox } from './tools.js';

export interface ItemWriterOptions {
  /** The answer, of which the ids of items are made. */
  readonly answer: string;
  readonly tools: Pick<ToolBox, 'identify'>;
  /** Encodes an event; its type is the part below `response.`. */
  readonly encode: (type: string, fields: object) => string;
}

/**
 * Writes the output items of a stream, one open at a time, because several clients know only one: pieces of another wait
 * in their lane until the first is complete. Every method returns the text to send.
 */
export class ItemWriter {
  /** The items that are through. */
  readonly items: OutputItem[] = [];
  readonly #options: ItemWriterOptions;
  readonly #calls: CallLane[] = [];
  readonly #closed = new Set<Lane>();
  /** Of the items that are not through; the first is the open one. */
  readonly #lanes: Lane[] = [];
  #open: { readonly id: string } | undefined;

  constructor(options: ItemWriterOptions) {
    this.#options = options;
  }

  addText(delta: string): string {
    if (delta === '') return '';
    const last = this.#lanes.at(-1);
    const lane = last instanceof TextLane ? last : this.#append(new TextLane());
    lane.add(delta);
    return this.#pump();
  }

  addReasoning({ delta, signature }: ReasoningDelta): string {
    if (delta === '' && signature === undefined) return '';
    const last = this.#lanes.at(-1);
    const lane = last instanceof ReasoningLane ? last : this.#append(new ReasoningLane());
    lane.add(delta, signature);
    return this.#pump();
  }

  /** Throws `internal` for arguments that go on after they were complete and the next item began. */
  addCall({ index, id = '', name = '', argumentsDelta = '' }: ToolCallDelta): string {
    let lane = this.#calls[index];
    if (!lane) {
      lane = this.#append(new CallLane(id, this.#options.tools.identify(name)));
      this.#calls.push(lane);
    }
    if (!this.#closed.has(lane)) lane.add(argumentsDelta);
    else if (argumentsDelta.trim() !== '') {
      throw new ChatError('internal', `The arguments of tool call ${index} went on after their end`);
    }
    return this.#pump();
  }

  /** Closes everything; the last item has `status`, and one with the carrier follows if there is one. */
  end(status: ItemStatus, carrier: Omit<Carrier, 'answer' | 'reasoning'> | undefined): string {
    const last = this.#lanes.at(-1);
    if (carrier) this.#append(toCarrierLane(carrier));
    return this.#pump((lane) => (lane === last ? status : 'completed'));
  }

  #append<Added extends Lane>(lane: Added): Added {
    this.#lanes.push(lane);
    return lane;
  }

  /** Writes what can be written; with `closing` everything. */
  #pump(closing?: (lane: Lane) => ItemStatus): string {
    const { answer, encode } = this.#options;
    let text = '';
    for (let lane = this.#lanes[0]; lane; lane = this.#lanes[0]) {
      const index = this.items.length;
      const place = { answer, index };
      if (!this.#open) {
        const item = lane.open(place) as { readonly id: string };
        this.#open = item;
        text += encode('output_item.added', { output_index: index, item });
      }
      const about = { item_id: this.#open.id, output_index: index };
      for (const [type, fields] of lane.take()) text += encode(type, { ...about, ...fields });
      if (!closing && (this.#lanes.length === 1 || !lane.complete)) break;
      for (const [type, fields] of lane.close()) text += encode(type, { ...about, ...fields });
      const item = lane.finish(place, closing?.(lane) ?? 'completed');
      text += encode('output_item.done', { output_index: index, item });
      this.items.push(item);
      this.#lanes.shift();
      this.#closed.add(lane);
      this.#open = undefined;
    }
    return text;
  }
}
