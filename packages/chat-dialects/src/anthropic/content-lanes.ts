import type { ProviderMetadata } from '@lakehouse/chat-core';
import { GrowingArguments } from '../growing-text.js';
import { present } from '../present.js';
import { unparsedArguments, unsigned } from './reasoning-carrier.js';

type Json = Readonly<Record<string, unknown>>;

/** One content block of a stream, from its first piece to its last. */
export interface Lane {
  /** The `content_block` that opens it. */
  readonly block: Json;
  /** Whether it may be closed so that the next one can open. */
  readonly complete: boolean;
  /** The deltas that have come since the last time. */
  take(): readonly Json[];
  /** The deltas that only its end brings. */
  close(): readonly Json[];
}

/** Text. */
export class TextLane implements Lane {
  readonly block = { type: 'text', text: '' };
  readonly complete = true;
  #pending = '';

  add(text: string): void {
    this.#pending += text;
  }

  take(): readonly Json[] {
    const text = this.#pending;
    this.#pending = '';
    return text === '' ? [] : [{ type: 'text_delta', text }];
  }

  close(): readonly Json[] {
    return [];
  }
}

/** Reasoning up to its signature. */
export class ThinkingLane implements Lane {
  readonly block = { type: 'thinking', thinking: '', signature: '' };
  readonly complete = true;
  #pending = '';
  #signature: string | undefined;

  /** Whether its signature has come; further reasoning belongs to another lane. */
  get signed(): boolean {
    return this.#signature !== undefined;
  }

  add(thinking: string, signature: string | undefined): void {
    this.#pending += thinking;
    this.#signature = signature;
  }

  take(): readonly Json[] {
    const thinking = this.#pending;
    this.#pending = '';
    return thinking === '' ? [] : [{ type: 'thinking_delta', thinking }];
  }

  close(): readonly Json[] {
    return [{ type: 'signature_delta', signature: this.#signature || unsigned }];
  }
}

/** A call of a tool. */
export class CallLane implements Lane {
  /** Answered with the opening block, if it has come by then. */
  metadata: ProviderMetadata | undefined;
  readonly #id: string;
  readonly #name: string;
  readonly #growing = new GrowingArguments();

  constructor(id: string, name: string) {
    this.#id = id;
    this.#name = name;
  }

  get block(): Json {
    const metadata = present({ provider_metadata: this.metadata });
    return { type: 'tool_use', id: this.#id, name: this.#name, input: {}, ...metadata };
  }

  get complete(): boolean {
    return this.#growing.complete;
  }

  add(text: string): void {
    this.#growing.add(text);
  }

  take(): readonly Json[] {
    return toDelta(this.#growing.takeBegun());
  }

  close(): readonly Json[] {
    if (this.#growing.begun) return toDelta(this.#growing.take());
    if (this.#growing.absent) return [{ type: 'input_json_delta', partial_json: '' }];
    // SDKs fail over a text that is no JSON, and hand back a list or a number that no protocol takes as an input.
    return toDelta(JSON.stringify({ [unparsedArguments]: this.#growing.text }));
  }
}

const toDelta = (partial_json: string): readonly Json[] =>
  partial_json === '' ? [] : [{ type: 'input_json_delta', partial_json }];

/** A block that comes whole. */
export const toWholeLane = (block: Json): Lane => ({
  block,
  complete: true,
  take: () => [],
  close: () => [],
});
