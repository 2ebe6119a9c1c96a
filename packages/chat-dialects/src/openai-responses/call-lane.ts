import { parseToolArguments } from '@lakehouse/chat-core';
import { GrowingArguments } from '../growing-text.js';
import { type ItemPlace, type ItemStatus, type OutputItem, toCallItem, toPayload } from './output-item.js';
import type { ItemEvent, Lane } from './stream-lanes.js';
import type { ToolIdentity } from './tools.js';

/** A call of a tool. */
export class CallLane implements Lane {
  readonly #id: string;
  readonly #identity: ToolIdentity;
  readonly #growing = new GrowingArguments();

  constructor(id: string, identity: ToolIdentity) {
    this.#id = id;
    this.#identity = identity;
  }

  get complete(): boolean {
    return this.#growing.complete;
  }

  add(delta: string): void {
    this.#growing.add(delta);
  }

  open(place: ItemPlace): object {
    return toCallItem(place, this.#id, this.#identity, '', 'in_progress');
  }

  /** Text of a custom tool stands inside of JSON, and comes at the end. */
  take(): readonly ItemEvent[] {
    const delta = this.#identity.kind === 'custom' ? '' : this.#growing.takeBegun();
    return delta === '' ? [] : [['function_call_arguments.delta', { delta }]];
  }

  close(): readonly ItemEvent[] {
    const payload = this.#payload();
    const { kind, name } = this.#identity;
    const isSent = this.#growing.begun || payload === '';
    if (kind === 'custom') {
      return [
        ...(isSent ? [] : [['custom_tool_call_input.delta', { delta: payload }] as const]),
        ['custom_tool_call_input.done', { input: payload }],
      ];
    }
    return [
      ...(isSent ? [] : [['function_call_arguments.delta', { delta: payload }] as const]),
      ['function_call_arguments.done', { arguments: payload, name }],
    ];
  }

  finish(place: ItemPlace, status: ItemStatus): OutputItem {
    return toCallItem(place, this.#id, this.#identity, this.#payload(), status);
  }

  /** A function without arguments gets an object, as clients parse it. */
  #payload(): string {
    const { text, absent } = this.#growing;
    if (this.#identity.kind === 'custom') return toPayload(parseToolArguments(text), this.#identity);
    return absent ? '{}' : text;
  }
}
