import type { IncomingHttpHeaders } from 'node:http';
import { type ChatEvent, type ChatWarning, outputTokens, type ResponseEnd } from '@lakehouse/chat-core';
import { excerpt } from '@lakehouse/provider-utils';
import { AnswerCalls } from './answer-calls.js';
import { answerFault, type CallPlace, toAnswerError, toPageError } from './answer-fault.js';
import { AnswerText, type TextOptions } from './answer-text.js';
import { AnswerTotals } from './answer-totals.js';
import { toFinishFailure, toFinishReason } from './finish.js';
import type { Frame } from './frames.js';
import { LateWarnings } from './late-warnings.js';
import { asArray, asName, asObject } from './loose.js';
import type { Quirks } from './quirks.js';
import { readReasoning } from './reasoning.js';
import { findError, firstChoice, hasToolCalls, newSuffix, readContent, readToolCalls } from './wire-delta.js';

type Fields = Readonly<Record<string, unknown>>;

/** What the reading of one answer depends on. */
export interface AnswerOptions extends TextOptions {
  readonly place: CallPlace;
  /** As it was sent upstream. */
  readonly model: string;
  readonly quirks: Quirks;
  /** Warnings about the request, for `response-start`. */
  readonly warnings: readonly ChatWarning[];
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly rawChunks: boolean;
}

/** Makes events of the frames of one answer, streamed or whole. Throws `ChatError`. */
export class AnswerReader {
  readonly #options: AnswerOptions;
  readonly #text: AnswerText;
  readonly #calls = new AnswerCalls();
  readonly #lateWarnings = new LateWarnings();
  readonly #totals: AnswerTotals;
  #events: ChatEvent[] = [];
  #early: ChatEvent[] = [];
  #started = false;
  #done = false;
  #whole = false;
  #finish: string | undefined;
  #refused = false;
  #reasoned = false;
  #lastMessage = '';

  constructor(options: AnswerOptions) {
    this.#options = options;
    this.#text = new AnswerText(options);
    this.#totals = new AnswerTotals(options.model);
  }

  /** Whether the upstream gave its finish reason: what is missing from here on is usage at most. */
  get complete(): boolean {
    return this.#finish !== undefined;
  }

  /** The events of one frame. */
  push(frame: Frame): readonly ChatEvent[] {
    const { status, place } = this.#options;
    if (frame.type === 'page') throw toPageError(status, frame.text, place);
    if (frame.type === 'done') this.#done = true;
    else this.#take(frame);
    return this.#flush();
  }

  /** The last events; throws `bad-response` when the upstream never said that the answer is complete. */
  end(): readonly ChatEvent[] {
    for (const delta of this.#calls.end()) this.#emit(delta);
    this.#emitText(this.#text.end());
    if (!this.complete) this.#requireTerminal();
    this.#start();
    const { usage, metadata, details } = this.#totals;
    this.#requireOutput(outputTokens(usage));
    const finishReason = this.#refused ? 'content_filter' : toFinishReason(this.#finish, this.#calls.any);
    const final = finishReason === 'stop' || finishReason === 'length' || finishReason === 'other';
    const mismatch = final ? this.#text.check(finishReason) : undefined;
    const late = this.#lateWarnings.list;
    const warnings = mismatch ? [...late, mismatch] : late;
    const raw = this.#finish;
    const end: { -readonly [Name in keyof ResponseEnd]: ResponseEnd[Name] } = {
      type: 'response-end',
      finishReason,
    };
    if (raw !== undefined && raw !== finishReason) end.rawFinishReason = raw;
    if (usage) end.usage = usage;
    if (metadata) end.providerMetadata = metadata;
    if (details) end.providerDetails = details;
    if (warnings.length > 0) end.warnings = warnings;
    this.#events.push(end);
    return this.#flush();
  }

  #take({ type, value }: Exclude<Frame, { type: 'done' | 'page' }>): void {
    const chunk = asObject(value) ?? {};
    this.#totals.takeChunk(chunk);
    const error = type === 'error' ? value : findError(value);
    if (error !== undefined) {
      this.#fail(error);
      return;
    }
    if (type === 'whole') this.#whole = true;
    if (this.#options.rawChunks) this.#emit({ type: 'raw-chunk', chunk: value });
    const choice = firstChoice(chunk);
    if (!choice) return;
    this.#start();
    // After the end only what belongs to no choice may follow: Zen sends the cost there.
    if (!this.#done) this.#takeChoice(choice);
    else if (Object.keys(asObject(choice.delta) ?? {}).length > 0)
      this.#lateWarnings.add('The upstream sent content after the end of its answer, which is not passed on');
  }

  #takeChoice(choice: Fields): void {
    const delta = asObject(choice.delta);
    const message = delta ?? asObject(choice.message) ?? {};
    const { text, field } = readReasoning(message);
    this.#totals.takeMessage(message, field);
    this.#emitReasoning(text);
    this.#takeContent(delta ? message.content : this.#withoutSeen(message.content));
    const refusal = asName(message.refusal);
    if (refusal !== undefined) {
      this.#refused = true;
      this.#emitText(this.#text.push(refusal));
    }
    if (hasToolCalls(message) && (delta || this.#whole || !this.#calls.any)) {
      for (const call of this.#calls.push(readToolCalls(message))) this.#emit(call);
    }
    this.#warnOfMedia(message);
    const finish = asName(choice.finish_reason);
    if (finish !== undefined) this.#takeFinish(finish);
  }

  /** Perplexity repeats the whole message so far in every chunk. */
  #withoutSeen(content: unknown): unknown {
    if (typeof content !== 'string' || content === '') return content;
    const suffix = newSuffix(content, this.#lastMessage);
    if (suffix === undefined) {
      throw answerFault('bad-response', 'the upstream changed text that it had sent', this.#options.place);
    }
    this.#lastMessage = content;
    return suffix;
  }

  #takeContent(content: unknown): void {
    if (content === undefined || content === null) return;
    if (typeof content === 'string') {
      this.#emitText(this.#text.push(content));
      return;
    }
    const { pieces, unknownParts } = readContent(content);
    for (const { type, text } of pieces) {
      if (type === 'reasoning') this.#emitReasoning(text);
      else this.#emitText(this.#text.push(text));
    }
    for (const part of unknownParts)
      this.#lateWarnings.add(`The answer held a part of type "${excerpt(part, 64)}", which is not passed on`);
  }

  #warnOfMedia(message: Fields): void {
    if (message.images === undefined && message.audio === undefined) return;
    for (const name of ['images', 'audio']) {
      const media = message[name];
      if (asObject(media) ?? asArray(media)[0])
        this.#lateWarnings.add(`The answer held ${name}, which are not passed on`);
    }
  }

  /** The first one counts: OpenRouter and Together repeat it. */
  #takeFinish(finish: string): void {
    if (this.complete) return;
    const failure = toFinishFailure(finish, this.#hasOutput);
    if (failure !== undefined) {
      const message = `the upstream gave the answer up (finish reason "${finish}")`;
      throw answerFault(failure, message, this.#options.place, { bodyExcerpt: finish });
    }
    this.#finish = finish;
  }

  /** An error after the finish reason takes nothing from the answer (OpenRouter, after `length`). */
  #fail(value: unknown): void {
    const error = toAnswerError(value, this.#options.headers, this.#options.place);
    if (!this.complete) throw error;
    this.#lateWarnings.add(`The upstream reported an error after the answer was complete: ${error.message}`);
  }

  get #hasOutput(): boolean {
    return this.#text.any || this.#reasoned || this.#calls.any;
  }

  /**
   * Without a finish reason an answer is cut, with two exceptions that need the upstream's own end: servers known for it,
   * and tool calls whose arguments are all complete (Gemini, older llama-server).
   */
  #requireTerminal(): void {
    const { place, quirks } = this.#options;
    const ended = this.#done || this.#whole;
    if (ended && this.#hasOutput && quirks.doneMarkerSuffices) return;
    if (ended && this.#calls.complete) return;
    const message = this.#started
      ? 'the answer was cut before its end: it has no finish reason'
      : 'the upstream sent no answer';
    throw answerFault('bad-response', message, place);
  }

  #requireOutput(outputTokens: number | undefined): void {
    const { place, quirks } = this.#options;
    if (!quirks.emptyAnswerIsFailure || this.#hasOutput || (this.#finish ?? 'stop') !== 'stop') return;
    if (outputTokens === undefined || outputTokens === 0) return;
    const message = 'the upstream counted output but sent none; the prompt may exceed its context';
    throw answerFault('upstream-failure', message, place, { retryable: false });
  }

  #emitText(delta: string): void {
    if (delta !== '') this.#emit({ type: 'text-delta', delta });
  }

  #emitReasoning(delta: string): void {
    if (delta === '') return;
    this.#reasoned = true;
    this.#emit({ type: 'reasoning-delta', delta });
  }

  /** Raw chunks may come before the answer has begun; they wait for it. */
  #emit(event: ChatEvent): void {
    (this.#started ? this.#events : this.#early).push(event);
  }

  #start(): void {
    if (this.#started) return;
    this.#started = true;
    const { model, warnings } = this.#options;
    const { responseId } = this.#totals;
    this.#events.push({
      type: 'response-start',
      model,
      ...(responseId !== undefined && { responseId }),
      ...(warnings.length > 0 && { warnings }),
    });
    this.#events.push(...this.#early);
    this.#early = [];
  }

  #flush(): readonly ChatEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }
}
