import type { JsonObject, JsonValue, ProviderMetadata, Usage } from '@lakehouse/chat-core';
import { asArray, asJsonObject, asName, asObject } from './loose.js';
import { toMetadata } from './metadata.js';
import { ReasoningDetails } from './reasoning.js';
import { toUsage } from './usage.js';

type Fields = Readonly<Record<string, unknown>>;

/** What belongs to an answer as a whole and may sit on any of its chunks; the last statement counts. */
export class AnswerTotals {
  readonly #model: string;
  readonly #details = new ReasoningDetails();
  readonly #metadata: Record<string, JsonValue> = {};
  readonly #told: Record<string, JsonValue> = {};
  #responseId: string | undefined;
  #usage: Fields | undefined;
  #cost: unknown;
  readonly #annotations: JsonObject[] = [];

  /** `model` is the one that was asked for: only another name is worth keeping. */
  constructor(model: string) {
    this.#model = model;
  }

  get responseId(): string | undefined {
    return this.#responseId;
  }

  get usage(): Usage | undefined {
    return toUsage(this.#usage, this.#cost);
  }

  /** What has to come back on the next turn. */
  get metadata(): ProviderMetadata | undefined {
    const details = this.#details.value;
    return toMetadata(details ? { ...this.#metadata, reasoning_details: details } : this.#metadata);
  }

  /** What else was told and has no common field. */
  get details(): ProviderMetadata | undefined {
    const annotations = this.#annotations;
    return toMetadata(annotations.length > 0 ? { ...this.#told, annotations } : this.#told);
  }

  /** Takes what is beside the choices, and usage from wherever it is: Kimi has it in the choice, Groq in `x_groq`. */
  takeChunk(chunk: Fields): void {
    const choice = asObject(asArray(chunk.choices)[0]);
    this.#responseId ??= asName(chunk.id);
    this.#takeUsage(asObject(chunk.x_groq)?.usage);
    this.#takeUsage(choice?.usage);
    this.#takeUsage(chunk.usage);
    this.#cost = chunk.cost ?? this.#cost;
    const served = asName(chunk.model);
    if (served !== undefined && served !== this.#model) this.#told.served_model ??= served;
    const upstream = asName(chunk.provider);
    if (upstream !== undefined) this.#told.upstream_provider = upstream;
    if (asArray(chunk.citations).length > 0) this.#told.citations = chunk.citations as readonly JsonValue[];
  }

  /** Takes what accompanies the text of a delta or message. */
  takeMessage(message: Fields, reasoningField: string | undefined): void {
    this.#details.push(message.reasoning_details);
    if (reasoningField !== undefined) this.#metadata.reasoning_field ??= reasoningField;
    const extra = asJsonObject(message.extra_content);
    if (extra) this.#metadata.extra_content = extra;
    for (const annotation of asArray(message.annotations)) this.#annotations.push(annotation as JsonObject);
  }

  /** What counts nothing replaces no counts; a cost alone is added to them. */
  #takeUsage(value: unknown): void {
    const usage = asObject(value);
    if (!usage) return;
    const read = toUsage(usage);
    if (!read) return;
    const onlyCost = read.costUsd !== undefined && Object.keys(read).length === 1;
    this.#usage = onlyCost ? { ...this.#usage, cost: read.costUsd } : usage;
  }
}
