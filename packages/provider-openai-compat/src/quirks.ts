import type { Capabilities, ChatRequest } from '@lakehouse/chat-core';

/** Parameters that some server refuses or does not know; they can be left out, with a warning. */
export type OmittableParameter = keyof Pick<
  ChatRequest,
  | 'temperature'
  | 'topP'
  | 'topK'
  | 'seed'
  | 'stop'
  | 'maxTokens'
  | 'presencePenalty'
  | 'frequencyPenalty'
  | 'toolChoice'
  | 'parallelToolCalls'
  | 'think'
>;

/** In what one server differs from OpenAI's own. Data only, so that every flag can be set in the configuration. */
export interface Quirks {
  /** Where `maxTokens` goes: small servers know only the old field; OpenAI's reasoning models refuse it. */
  readonly maxTokensField: 'max_tokens' | 'max_completion_tokens';
  /** Mistral calls it `random_seed`. */
  readonly seedField: 'seed' | 'random_seed';
  /** Ask streams for usage with `stream_options`; Mistral refuses the field. */
  readonly includeUsage: boolean;
  /** Parameters that are left out with a warning, or refused for a strict request. */
  readonly omitParameters: readonly OmittableParameter[];
  /**
   * How `think` is sent: `reasoning_effort` (OpenAI, Groq, vLLM, Ollama), `reasoning` as OpenRouter has it, or
   * `thinking: { type }` (Kimi; Z.AI and DeepSeek without levels). `none`: left out with a warning.
   */
  readonly reasoningRequest: 'reasoning_effort' | 'openrouter-reasoning' | 'thinking-object' | 'none';
  /**
   * How earlier reasoning is sent back. `reasoning_content`: on every assistant turn that has some, and empty on tool
   * calls without (Kimi and DeepSeek refuse a turn that lacks it). `as-received`: only on tool calls that came with that
   * field, which suits servers that demand it and those that never heard of it. `reasoning_details`: OpenRouter's list,
   * unmodified. `none`: never (DeepSeek R1 refused it).
   */
  readonly reasoningReplay: 'reasoning_content' | 'as-received' | 'reasoning_details' | 'none';
  /** Send back `extra_content`: Gemini refuses a tool call whose thought signature is missing. */
  readonly extraContent: boolean;
  /**
   * What `response_format` may hold: `full`: objects and schemas; `json-object`: no schemas (DeepSeek); `json-schema`:
   * nothing else (LM Studio); `prompt`: nothing at all. The rest is asked for in the prompt.
   */
  readonly structuredOutput: 'full' | 'json-object' | 'json-schema' | 'prompt';
  /** An assistant turn that only calls tools: `null` as OpenAI writes it, no `content` at all (Kimi), or `""`. */
  readonly emptyContent: 'null' | 'omit' | 'empty';
  /** Mistral's word for a required tool call is `any`. */
  readonly requiredToolChoice: 'required' | 'any';
  /** Mistral takes ids of exactly nine letters and digits only; others are replaced consistently. */
  readonly toolCallIds: 'any' | 'nine-characters';
  /** Send `name` with messages; Groq refuses it. */
  readonly messageNames: boolean;
  /** Takes images in messages. */
  readonly images: boolean;
  /** Takes files in messages. */
  readonly files: boolean;
  /** Has `/embeddings`. */
  readonly embeddings: boolean;
  /** `[DONE]` (in a whole answer: its end) proves completeness for a server that sends no finish reasons. */
  readonly doneMarkerSuffices: boolean;
  /** An empty answer that counts output tokens is a failure: LM Studio with a prompt that exceeds the context. */
  readonly emptyAnswerIsFailure: boolean;
}

/** An unknown server: what OpenAI's own and most compatible ones understand. */
export const plainQuirks: Quirks = {
  maxTokensField: 'max_tokens',
  seedField: 'seed',
  includeUsage: true,
  omitParameters: ['topK'],
  reasoningRequest: 'reasoning_effort',
  reasoningReplay: 'as-received',
  extraContent: true,
  structuredOutput: 'full',
  emptyContent: 'null',
  requiredToolChoice: 'required',
  toolCallIds: 'any',
  messageNames: true,
  images: true,
  files: true,
  embeddings: true,
  doneMarkerSuffices: false,
  emptyAnswerIsFailure: false,
};

/** What a provider with these quirks can express. That a schema is enforced, only a preset can know. */
export const toCapabilities = (
  quirks: Quirks,
  structuredOutput: Capabilities['structuredOutput'],
): Capabilities => ({
  tools: true,
  toolChoice: !quirks.omitParameters.includes('toolChoice'),
  images: quirks.images,
  files: quirks.files,
  reasoning: quirks.reasoningRequest !== 'none' && !quirks.omitParameters.includes('think'),
  structuredOutput: quirks.structuredOutput === 'full' ? structuredOutput : 'checked',
  embeddings: quirks.embeddings,
});
