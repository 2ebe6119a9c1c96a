import { ChatError } from './error.js';
import type { ChatEvent, ChatWarning, FinishReason } from './event.js';
import { forEachEvent } from './event-iterator.js';
import { EventRules } from './event-rules.js';
import type { ProviderMetadata, ReasoningSegment, ToolCall } from './message.js';
import { parseToolArguments } from './tool-arguments.js';
import type { Usage } from './usage.js';

/** A whole answer. Optional members are absent when empty or unknown. */
export interface ChatResponse {
  /** The upstream's own id of the answer. */
  readonly responseId?: string;
  /** The model as it was sent upstream. */
  readonly model: string;
  /** The text; empty when the model only called tools. */
  readonly content: string;
  /** The reasoning as text. */
  readonly reasoning?: string;
  /** The reasoning in signed segments, where the upstream signed it. */
  readonly reasoningSegments?: readonly ReasoningSegment[];
  /** Complete calls, in the order of their index. */
  readonly toolCalls?: readonly ToolCall[];
  /** Why the answer ended. */
  readonly finishReason: FinishReason;
  /** The upstream's own word, where it differs from `finishReason`. */
  readonly rawFinishReason?: string;
  /** What the call consumed, as far as the upstream told. */
  readonly usage?: Usage;
  /** Those of the start and of the end, in this order. */
  readonly warnings?: readonly ChatWarning[];
  /** What the provider wants back unchanged with this turn. */
  readonly providerMetadata?: ProviderMetadata;
  /** What else the upstream told of the answer; nobody wants it back. */
  readonly providerDetails?: ProviderMetadata;
}

interface OpenCall {
  readonly id: string;
  readonly name: string;
  argumentsText: string;
  providerMetadata?: ProviderMetadata;
}

/** What a `Collector` keeps, and how much. */
export interface CollectorOptions {
  /** Whether the text is kept; who passes it on as it comes needs only the rest. Default true. */
  readonly keepsText?: boolean;
  /** The same of the reasoning. */
  readonly keepsReasoning?: boolean;
  /** The most characters of text, reasoning and tool arguments that one answer may have, kept or not; default 64 Mi. */
  readonly maxCharacters?: number;
}

/** Folds the events of one stream, one by one; `finish` gives the answer. */
export class Collector {
  readonly #keepsText: boolean;
  readonly #keepsReasoning: boolean;
  readonly #maxCharacters: number;
  readonly #rules = new EventRules();
  #start: Extract<ChatEvent, { type: 'response-start' }> | undefined;
  #end: Extract<ChatEvent, { type: 'response-end' }> | undefined;
  #content: string[] = [];
  #reasoning: string[] = [];
  #segments: ReasoningSegment[] = [];
  #segmentStart = 0;
  #calls: OpenCall[] = [];
  #characters = 0;

  constructor(options: CollectorOptions = {}) {
    const { keepsText = true, keepsReasoning = true, maxCharacters = 64 * 1024 * 1024 } = options;
    this.#keepsText = keepsText;
    this.#keepsReasoning = keepsReasoning;
    this.#maxCharacters = maxCharacters;
  }

  /**
   * Takes the next event; throws `internal` when it breaks the rules of `ChatEvent`, and `bad-response` for an answer
   * that is too long.
   */
  push(event: ChatEvent): void {
    this.#rules.check(event);
    switch (event.type) {
      case 'response-start':
        this.#start = event;
        break;
      case 'text-delta':
        this.#count(event.delta.length);
        if (this.#keepsText) this.#content.push(event.delta);
        break;
      case 'reasoning-delta':
        this.#count(event.delta.length);
        if (this.#keepsReasoning) this.#reasoning.push(event.delta);
        if (event.signature !== undefined) this.#closeSegment(event.signature);
        break;
      case 'tool-call-delta':
        this.#pushCall(event);
        break;
      case 'response-end':
        this.#end = event;
        break;
      default: // raw chunks, and types of a later version
    }
  }

  /** Whether `response-end` has been taken. */
  get complete(): boolean {
    return this.#end !== undefined;
  }

  /** The whole answer; throws `bad-response` when the stream ended without `response-end`. */
  finish(): ChatResponse {
    const start = this.#start;
    const end = this.#end;
    if (!start || !end) throw new ChatError('bad-response', 'The answer was cut before its end');
    if (this.#segments.length > 0) this.#closeSegment(undefined);
    const toolCalls = this.#calls.map(({ argumentsText, ...call }) => ({
      ...call,
      arguments: parseToolArguments(argumentsText),
    }));
    const warnings = [
      ...(start.warnings ?? []),
      ...(end.warnings ?? []),
      ...toolCalls.filter((call) => typeof call.arguments === 'string').map(notAnObject),
    ];
    const reasoning = this.#reasoning.join('');
    // Member by member: each of these as a spread would cost every answer some of its time.
    const answer: { -readonly [Name in keyof ChatResponse]: ChatResponse[Name] } = {
      model: start.model,
      content: this.#content.join(''),
      finishReason: end.finishReason,
    };
    if (start.responseId !== undefined) answer.responseId = start.responseId;
    if (reasoning !== '') answer.reasoning = reasoning;
    if (this.#segments.length > 0) answer.reasoningSegments = this.#segments;
    if (toolCalls.length > 0) answer.toolCalls = toolCalls;
    if (end.rawFinishReason !== undefined) answer.rawFinishReason = end.rawFinishReason;
    if (end.usage) answer.usage = end.usage;
    if (warnings.length > 0) answer.warnings = warnings;
    if (end.providerMetadata) answer.providerMetadata = end.providerMetadata;
    if (end.providerDetails) answer.providerDetails = end.providerDetails;
    return answer;
  }

  #count(characters: number): void {
    this.#characters += characters;
    if (this.#characters <= this.#maxCharacters) return;
    throw new ChatError('bad-response', `The answer is longer than ${this.#maxCharacters} characters`, {
      retryable: false,
    });
  }

  #closeSegment(signature: string | undefined): void {
    const text = this.#reasoning.slice(this.#segmentStart).join('');
    this.#segmentStart = this.#reasoning.length;
    if (text !== '' || signature !== undefined) {
      this.#segments.push(signature === undefined ? { text } : { text, signature });
    }
  }

  #pushCall(event: Extract<ChatEvent, { type: 'tool-call-delta' }>): void {
    let call = this.#calls[event.index];
    if (!call) {
      call = { id: event.id ?? '', name: event.name ?? '', argumentsText: '' };
      this.#calls.push(call);
    }
    const more = event.argumentsDelta ?? '';
    this.#count(more.length);
    call.argumentsText += more;
    if (event.providerMetadata) call.providerMetadata = event.providerMetadata;
  }
}

const notAnObject = (call: ToolCall): ChatWarning => ({
  code: 'answer-mismatch',
  message: `The model wrote arguments for the tool ${JSON.stringify(call.name)} that are not a JSON object; they are passed on as text`,
});

/** Folds a stream into the whole answer: the only definition of one, so that both forms cannot drift apart. */
export const collect = async (
  stream: AsyncIterable<ChatEvent>,
  options?: Pick<CollectorOptions, 'maxCharacters'>,
): Promise<ChatResponse> => {
  const collector = new Collector(options);
  await forEachEvent(stream, (event) => collector.push(event));
  return collector.finish();
};
