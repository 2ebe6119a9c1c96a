import {
  type AssistantMessage,
  type ProviderMetadata,
  parseToolArguments,
  type ReasoningSegment,
  type ToolCall,
} from '@lakehouse/chat-core';
import { present } from '../present.js';
import type { Carrier } from './carrier.js';

/** What one item says of an answer. */
export type TurnPiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'call'; readonly id: string; readonly name: string; readonly argumentsText: string }
  | { readonly kind: 'reasoning'; readonly text: string; readonly carrier: Carrier | undefined };

/**
 * Gathers the items of one answer into one message: the protocol has an item for each text, call and piece of
 * reasoning, and says nowhere which of them belong together.
 */
export class AssistantTurn {
  #answer: string | undefined;
  readonly #texts: string[] = [];
  readonly #reasoning: ReasoningSegment[] = [];
  readonly #calls: ToolCall[] = [];
  readonly #callMetadata = new Map<string, ProviderMetadata>();
  #metadata: ProviderMetadata | undefined;

  /** Whether an item goes on with this answer; `answer` is the one it comes from, where its id tells. */
  takes(piece: TurnPiece, answer: string | undefined): boolean {
    if (answer !== undefined && this.#answer !== undefined) return answer === this.#answer;
    // The results of calls have to follow the message that makes them: nothing may come between.
    if (this.#calls.length > 0 || piece.kind === 'call') return true;
    if (piece.kind === 'reasoning' && piece.carrier && !piece.carrier.reasoning) return true;
    return this.#texts.length === 0;
  }

  add(piece: TurnPiece, answer: string | undefined): void {
    this.#answer ??= answer;
    switch (piece.kind) {
      case 'text':
        this.#texts.push(piece.text);
        break;
      case 'call':
        this.#calls.push({
          id: piece.id,
          name: piece.name,
          arguments: parseToolArguments(piece.argumentsText),
        });
        break;
      case 'reasoning':
        this.#addReasoning(piece.text, piece.carrier);
        break;
    }
  }

  #addReasoning(text: string, carrier: Carrier | undefined): void {
    if (!carrier) {
      if (text !== '') this.#reasoning.push({ text });
      return;
    }
    this.#reasoning.push(...(carrier.reasoning ?? []));
    this.#metadata = carrier.metadata ?? this.#metadata;
    for (const { id, metadata } of carrier.calls ?? []) this.#callMetadata.set(id, metadata);
  }

  /** Undefined when the items said nothing that can be handed on. */
  finish(): AssistantMessage | undefined {
    const reasoning = this.#reasoning.map(({ text }) => text).join('');
    const segments = toSegments(this.#reasoning);
    const isEmpty = this.#texts.length === 0 && this.#calls.length === 0 && reasoning === '';
    if (isEmpty && segments.length === 0) return undefined;
    const toolCalls = this.#calls.map((call) => ({
      ...call,
      ...present({ providerMetadata: this.#callMetadata.get(call.id) }),
    }));
    return {
      role: 'assistant',
      content: this.#texts.join(''),
      ...(reasoning !== '' && { reasoning }),
      ...(segments.length > 0 && { reasoningSegments: segments }),
      ...(toolCalls.length > 0 && { toolCalls }),
      ...present({ providerMetadata: this.#metadata }),
    };
  }
}

/** Joins pieces up to each signature; none where nothing is signed. */
const toSegments = (pieces: readonly ReasoningSegment[]): readonly ReasoningSegment[] => {
  const segments: ReasoningSegment[] = [];
  let open = '';
  for (const { text, signature } of pieces) {
    open += text;
    if (signature === undefined) continue;
    segments.push({ text: open, signature });
    open = '';
  }
  if (segments.length > 0 && open !== '') segments.push({ text: open });
  return segments;
};
