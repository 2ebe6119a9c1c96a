import type { AssistantMessage, ChatRequest, JsonObject } from '@lakehouse/chat-core';
import { asArray, asJsonObject, asName, asText } from './loose.js';
import { readMetadata } from './metadata.js';
import type { ParameterReport } from './parameter-report.js';
import type { Quirks } from './quirks.js';

const effort = (think: NonNullable<ChatRequest['think']>): string => {
  if (typeof think === 'string') return think;
  return think ? 'medium' : 'none';
};

/** The field that asks for reasoning; none when the caller did not say. */
export const toReasoningRequest = (
  think: ChatRequest['think'],
  quirks: Quirks,
  report: ParameterReport,
): JsonObject => {
  if (think === undefined) return {};
  switch (quirks.reasoningRequest) {
    case 'reasoning_effort':
      return { reasoning_effort: effort(think) };
    case 'openrouter-reasoning':
      return { reasoning: typeof think === 'string' ? { effort: think } : { enabled: think } };
    case 'thinking-object':
      return {
        thinking: {
          type: think === false ? 'disabled' : 'enabled',
          ...(typeof think === 'string' && { effort: think }),
        },
      };
    default:
      report.drop('think', 'this server has no field for it');
      return {};
  }
};

/** The reasoning of a turn as text; a turn from another wire may have it in segments only. */
const readEarlier = ({ reasoning, reasoningSegments = [] }: AssistantMessage): string | undefined => {
  const joined = reasoningSegments.map(({ text }) => text).join('');
  return reasoning === undefined || reasoning === '' ? (asName(joined) ?? reasoning) : reasoning;
};

const toReplayField = (
  message: AssistantMessage,
  quirks: Quirks,
  think: ChatRequest['think'],
): JsonObject => {
  const callsTools = (message.toolCalls?.length ?? 0) > 0;
  const received = readMetadata(message.providerMetadata);
  const earlier = readEarlier(message);
  switch (quirks.reasoningReplay) {
    case 'reasoning_content':
      if (earlier !== undefined) return { reasoning_content: earlier };
      // A turn of another provider has none; the presence is what Kimi and DeepSeek check.
      return callsTools && think !== false ? { reasoning_content: '' } : {};
    case 'as-received':
      return callsTools && received.reasoning_field === 'reasoning_content'
        ? { reasoning_content: earlier ?? '' }
        : {};
    case 'reasoning_details':
      return received.reasoning_details === undefined
        ? {}
        : { reasoning_details: received.reasoning_details };
    default:
      return {};
  }
};

/** Earlier reasoning of an assistant turn, in the form in which this server wants it back; reports what it does not. */
export const toReasoningReplay = (
  message: AssistantMessage,
  quirks: Quirks,
  think: ChatRequest['think'],
  report: ParameterReport,
): JsonObject => {
  const field = toReplayField(message, quirks, think);
  const sent = Object.values(field).some((value) => value !== '');
  const details = readMetadata(message.providerMetadata).reasoning_details;
  if (!sent && (readEarlier(message) || details !== undefined)) {
    report.mention(
      'messages',
      'earlier reasoning in messages was left out: this server does not take it back',
    );
  }
  return field;
};

/** The field names under which servers send reasoning as text; the first that is there counts. */
const textFields = ['reasoning_content', 'reasoning'] as const;

/** The reasoning of one delta or message: its text, and the field it came in. */
export const readReasoning = (
  delta: Readonly<Record<string, unknown>>,
): { readonly text: string; readonly field?: string } => {
  if (delta.reasoning_content === undefined && delta.reasoning === undefined && !delta.reasoning_details)
    return { text: '' };
  const present = textFields.filter((name) => asText(delta[name]) !== undefined);
  const field = present.find((name) => delta[name] !== '') ?? present[0];
  const text = field === undefined ? undefined : asName(delta[field]);
  if (text !== undefined && field !== undefined) return { text, field };
  const details = asArray(delta.reasoning_details).map(asJsonObject);
  const detailed = details.map((detail) => asText(detail?.text) ?? asText(detail?.summary) ?? '').join('');
  return { text: detailed, ...(field !== undefined && { field }) };
};

const growing = ['text', 'summary'] as const;

const continues = (last: JsonObject, next: JsonObject): boolean =>
  last.type === next.type &&
  last.index === next.index &&
  growing.some((name) => asText(last[name]) !== undefined && asText(next[name]) !== undefined);

/** Fields that a later fragment brings, for example the signature, fill what was null before. */
const merge = (last: JsonObject, next: JsonObject): JsonObject => {
  const merged: Record<string, JsonObject[string]> = { ...last };
  for (const [name, value] of Object.entries(next)) {
    const before = last[name];
    const grows = growing.some((field) => field === name);
    if (grows && typeof before === 'string' && typeof value === 'string') merged[name] = before + value;
    else if (value !== null && value !== undefined) merged[name] = value;
  }
  return merged;
};

/** Joins the streamed fragments of OpenRouter's `reasoning_details` into the list that it wants back. */
export class ReasoningDetails {
  readonly #details: JsonObject[] = [];

  push(value: unknown): void {
    for (const item of asArray(value)) {
      const next = asJsonObject(item);
      if (next === undefined) continue;
      const last = this.#details.at(-1);
      if (last !== undefined && continues(last, next))
        this.#details[this.#details.length - 1] = merge(last, next);
      else this.#details.push(next);
    }
  }

  /** The list; undefined when there were no details. */
  get value(): readonly JsonObject[] | undefined {
    return this.#details.length > 0 ? this.#details : undefined;
  }
}
