import { ChatError, type ReasoningDelta, type ToolCallDelta } from '@lakehouse/chat-core';
import { CallLane, type Lane, TextLane, ThinkingLane, toWholeLane } from './content-lanes.js';
import { encodeEvent } from './server-sent-event.js';

interface ContentWriterOptions {
  /** Whether calls show what their provider wants back with them. */
  readonly callMetadata: boolean;
}

/**
 * Writes the content blocks of a stream. The protocol has one open block at a time, events may come for any: pieces of
 * another block wait in their lane until the first one is complete. Every method returns the text to send.
 */
export class ContentWriter {
  readonly #options: ContentWriterOptions;
  readonly #calls: CallLane[] = [];
  readonly #lanes: Lane[] = [];
  readonly #closed = new Set<Lane>();
  #index = 0;
  #open = false;

  constructor(options: ContentWriterOptions) {
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
    const lane = last instanceof ThinkingLane && !last.signed ? last : this.#append(new ThinkingLane());
    lane.add(delta, signature);
    return this.#pump();
  }

  /** Throws `internal` for arguments that go on after they were complete and the next block began. */
  addCall({ index, id = '', name = '', argumentsDelta = '', providerMetadata }: ToolCallDelta): string {
    let lane = this.#calls[index];
    if (!lane) {
      lane = this.#append(new CallLane(id, name));
      this.#calls.push(lane);
    }
    if (providerMetadata && this.#options.callMetadata) lane.metadata = providerMetadata;
    if (!this.#closed.has(lane)) lane.add(argumentsDelta);
    else if (argumentsDelta.trim() !== '') {
      throw new ChatError('internal', `The arguments of tool call ${index} went on after their end`);
    }
    return this.#pump();
  }

  /** Closes everything, after a block that comes whole, if there is one. */
  end(block: Readonly<Record<string, unknown>> | undefined): string {
    if (block) this.#append(toWholeLane(block));
    return this.#pump(true);
  }

  #append<Added extends Lane>(lane: Added): Added {
    this.#lanes.push(lane);
    return lane;
  }

  #pump(all = false): string {
    let text = '';
    for (let lane = this.#lanes[0]; lane; lane = this.#lanes[0]) {
      const index = this.#index;
      if (!this.#open) text += encodeEvent('content_block_start', { index, content_block: lane.block });
      this.#open = true;
      text += this.#encode(lane.take());
      if (!all && (this.#lanes.length === 1 || !lane.complete)) break;
      text += this.#encode(lane.close()) + encodeEvent('content_block_stop', { index });
      this.#lanes.shift();
      this.#closed.add(lane);
      this.#index += 1;
      this.#open = false;
    }
    return text;
  }

  #encode(deltas: readonly Readonly<Record<string, unknown>>[]): string {
    return deltas.map((delta) => encodeEvent('content_block_delta', { index: this.#index, delta })).join('');
  }
}
