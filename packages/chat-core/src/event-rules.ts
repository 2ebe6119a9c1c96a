import { ChatError } from './error.js';
import type { ChatEvent, FinishReason } from './event.js';

const finishReasons: ReadonlySet<FinishReason> = new Set([
  'stop',
  'length',
  'tool_calls',
  'content_filter',
  'other',
]);

const broken = (rule: string): ChatError =>
  new ChatError('internal', `The provider broke the event rules: ${rule}`);

const requireText = (event: ChatEvent, name: string, value: unknown): void => {
  if (typeof value !== 'string') throw broken(`"${name}" of a ${event.type} is not a string`);
};

/** Holds the events of one stream against the rules of `ChatEvent`, as they come. */
export class EventRules {
  #started = false;
  #ended = false;
  #calls = 0;

  /** Throws `internal` when the next event breaks a rule. Event types of a later version pass. */
  check(event: ChatEvent): void {
    if (this.#ended) throw broken(`${event.type} after response-end`);
    if (event.type === 'response-start') {
      if (this.#started) throw broken('a second response-start');
      requireText(event, 'model', event.model);
      this.#started = true;
      return;
    }
    if (!this.#started) throw broken(`${event.type} before response-start`);
    if (event.type === 'text-delta' || event.type === 'reasoning-delta')
      requireText(event, 'delta', event.delta);
    else if (event.type === 'tool-call-delta') this.#checkCall(event);
    else if (event.type === 'response-end') {
      if (!finishReasons.has(event.finishReason)) throw broken('an unknown "finishReason"');
      this.#ended = true;
    }
  }

  #checkCall(event: Extract<ChatEvent, { type: 'tool-call-delta' }>): void {
    const { index, id, name, argumentsDelta } = event;
    if (argumentsDelta !== undefined) requireText(event, 'argumentsDelta', argumentsDelta);
    if (index < this.#calls && index >= 0) return;
    if (index !== this.#calls) throw broken(`tool call ${index} out of order`);
    if (!id || !name) throw broken(`tool call ${index} begins without id and name`);
    this.#calls += 1;
  }
}
