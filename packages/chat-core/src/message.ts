/** A value that JSON can hold. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

/** A piece of text inside a message. */
export interface TextPart {
  readonly type: 'text';
  readonly text: string;
}

/** An image, either inline or by address. Providers that cannot fetch addresses refuse the second form. */
export type ImagePart =
  | {
      readonly type: 'image';
      /** Base64, without a `data:` prefix. */
      readonly data: string;
      /** IANA media type, for example `image/png`. */
      readonly mediaType: string;
    }
  | { readonly type: 'image'; readonly url: string };

/** A document sent along with a message. */
export interface FilePart {
  readonly type: 'file';
  /** Base64, without a `data:` prefix. */
  readonly data: string;
  /** IANA media type, for example `application/pdf`. */
  readonly mediaType: string;
  readonly filename?: string;
}

export type ContentPart = TextPart | ImagePart | FilePart;

/** A call that the model asks its caller to make. */
export interface ToolCall {
  /** Unique within the conversation; a tool result refers to it. */
  readonly id: string;
  readonly name: string;
  /** The arguments; a string is what the model wrote where that was not a JSON object. */
  readonly arguments: JsonObject | string;
  /** What the provider needs back unchanged with this call on the next turn, keyed by provider or plugin name. */
  readonly providerMetadata?: ProviderMetadata;
}

/** Opaque data of a provider, keyed by provider id or plugin name. */
export type ProviderMetadata = Readonly<Record<string, JsonObject>>;

/** A piece of reasoning with the signature that its provider wants back with it. */
export interface ReasoningSegment {
  readonly text: string;
  readonly signature?: string;
}

export interface SystemMessage {
  readonly role: 'system';
  readonly content: string | readonly TextPart[];
  readonly name?: string;
}

export interface UserMessage {
  readonly role: 'user';
  readonly content: string | readonly ContentPart[];
  readonly name?: string;
}

export interface AssistantMessage {
  readonly role: 'assistant';
  readonly content: string | readonly TextPart[];
  readonly name?: string;
  /** Earlier reasoning of the model, as text. */
  readonly reasoning?: string;
  /** The same reasoning in signed segments, where the provider signed it. */
  readonly reasoningSegments?: readonly ReasoningSegment[];
  readonly toolCalls?: readonly ToolCall[];
  /** `providerMetadata` of the response this turn came from, handed back unchanged. */
  readonly providerMetadata?: ProviderMetadata;
}

/** The result of one tool call. */
export interface ToolMessage {
  readonly role: 'tool';
  readonly content: string | readonly ContentPart[];
  readonly toolCallId: string;
  /** Name of the function that answered. */
  readonly name?: string;
}

export type Message = SystemMessage | UserMessage | AssistantMessage | ToolMessage;

/** A function that the model may ask for. */
export interface Tool {
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of the arguments; left out means no arguments. */
  readonly parameters?: JsonObject;
  /** Ask the provider to enforce the schema, where it can. */
  readonly strict?: boolean;
}

export type ToolChoice = 'auto' | 'none' | 'required' | { readonly name: string };

/** How much the model reasons before it answers. */
export type Think = boolean | 'low' | 'medium' | 'high';

/** One chat call. A parameter that is left out takes the upstream's default; nobody adds one on the way. */
export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly Message[];
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly seed?: number;
  readonly stop?: readonly string[];
  /** Upper limit of output tokens, reasoning included where the provider counts it so. */
  readonly maxTokens?: number;
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
  /** `"json"`, or a JSON Schema that the answer must satisfy. */
  readonly format?: 'json' | JsonObject;
  readonly think?: Think;
  readonly tools?: readonly Tool[];
  readonly toolChoice?: ToolChoice;
  readonly parallelToolCalls?: boolean;
  /** Refuse (`unsupported`) what the provider cannot do, where it would otherwise be dropped with a warning. */
  readonly strict?: boolean;
  /** Fields for one provider, keyed by provider id or plugin name; merged into its upstream body last. */
  readonly providerOptions?: ProviderMetadata;
}
