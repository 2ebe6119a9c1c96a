import { parseToolArguments } from '@lakehouse/chat-core';
import {
  fromArgumentsText,
  type ItemPlace,
  type ItemStatus,
  type OutputItem,
  toCallItem,
} from './output-item.js';
import { GrowingText, type ItemEvent, type Lane } from './stream-lanes.js';
import type { ToolIdentity } from './tools.js';

/** A call of a tool. It is complete once its arguments are a JSON object, to which nothing can be added. */
export class CallLane implements Lane {
  readonly #id: string;
  readonly #identity: ToolIdentity;
  readonly #growing = new GrowingText();
  #checked = 0;
  #complete = false;

  constructor(id: string, identity: ToolIdentity) {
    this.#id = id;
    this.#identity = identity;
  }

  get complete(): boolean {
    const { text } = this.#growing;
    if (this.#checked < text.length) {
      this.#checked = text.length;
      this.#complete = text.trimEnd().endsWith('}') && typeof parseToolArguments(text) !== 'string';
    }
    return this.#complete;
  }

  add(delta: string): void {
    this.#growing.text += delta;
  }

  open(place: ItemPlace): object {
    return toCallItem(place, this.#id, this.#identity, '', 'in_progress');
  }

  /**
   * Text of a custom tool stands inside of JSON, and comes at the end. Blanks, and what may become `null`, are held:
   * some models write that for no arguments.
   */
  take(): readonly ItemEvent[] {
    const first = /\S/.exec(this.#growing.text)?.[0];
    if (this.#identity.kind === 'custom' || first === undefined || first === 'n') return [];
    const delta = this.#growing.take();
    return delta === '' ? [] : [['function_call_arguments.delta', { delta }]];
  }

  close(): readonly ItemEvent[] {
    const payload = this.#payload();
    const { kind, name } = this.#identity;
    const isSent = this.#growing.sent > 0 || payload === '';
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

  #payload(): string {
    return fromArgumentsText(this.#growing.text, this.#identity);
  }
}
