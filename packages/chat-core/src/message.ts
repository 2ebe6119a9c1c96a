/** A value that JSON can hold. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  /** A member; `undefined` is not sent. */
  readonly [key: string]: JsonValue | undefined;
}

/** A piece of text inside a message. */
export interface TextPart {
  readonly type: 'text';
  /** The text itself. */
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
  /** As the model may be told of it. */
  readonly filename?: string;
}

/** A piece of a message's content. Later 1.x versions may add kinds: a provider refuses those that it does not know. */
export type ContentPart = TextPart | ImagePart | FilePart;

/** A call that the model asks its caller to make. */
export interface ToolCall {
  /** Unique within the conversation; a tool result refers to it. */
  readonly id: string;
  /** Name of the function to call. */
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
  /** The reasoning's text; empty where the upstream shows none. */
  readonly text: string;
  /** Opaque, as the provider sent it. */
  readonly signature?: string;
}

/** Instructions of the operator, before or between the turns. */
export interface SystemMessage {
  readonly role: 'system';
  /** Text only. */
  readonly content: string | readonly TextPart[];
  /** Who speaks, for upstreams that take a name. */
  readonly name?: string;
}

/** A turn of the person or program that asks. */
export interface UserMessage {
  readonly role: 'user';
  /** A text, or parts in their order. */
  readonly content: string | readonly ContentPart[];
  /** Who speaks, for upstreams that take a name. */
  readonly name?: string;
}

/** An earlier turn of the model. */
export interface AssistantMessage {
  readonly role: 'assistant';
  /** Text only; empty for a turn that only called tools. */
  readonly content: string | readonly TextPart[];
  /** Who speaks, for upstreams that take a name. */
  readonly name?: string;
  /** Earlier reasoning of the model, as text. */
  readonly reasoning?: string;
  /** The same reasoning in signed segments, where the provider signed it. */
  readonly reasoningSegments?: readonly ReasoningSegment[];
  /** The calls that this turn asked for; a `tool` message answers each. */
  readonly toolCalls?: readonly ToolCall[];
  /** `providerMetadata` of the response this turn came from, handed back unchanged. */
  readonly providerMetadata?: ProviderMetadata;
}

/** The result of one tool call. */
export interface ToolMessage {
  readonly role: 'tool';
  /** What the tool gave, as the model is to read it. */
  readonly content: string | readonly ContentPart[];
  /** `id` of the call that this answers. */
  readonly toolCallId: string;
  /** Name of the function that answered. */
  readonly name?: string;
}

/** One turn of a conversation, told apart by `role`. */
export type Message = SystemMessage | UserMessage | AssistantMessage | ToolMessage;

/** A function that the model may ask for. */
export interface Tool {
  /** What the model calls it by. */
  readonly name: string;
  /** What it does and when to use it, for the model. */
  readonly description?: string;
  /** JSON Schema of the arguments; left out means no arguments. */
  readonly parameters?: JsonObject;
  /** Ask the provider to enforce the schema, where it can. */
  readonly strict?: boolean;
}

/** Whether the model may, must not or must call a tool, or which one it must call. */
export type ToolChoice = 'auto' | 'none' | 'required' | { readonly name: string };

/** How much the model reasons before it answers. */
export type Think = boolean | 'low' | 'medium' | 'high';

/** One chat call. A parameter that is left out takes the upstream's default; nobody adds one on the way. */
export interface ChatRequest {
  /** As the caller names it to a host; without the routing prefix when it reaches a provider. */
  readonly model: string;
  /** The conversation, oldest turn first; at least one, but for a request that only loads a model. */
  readonly messages: readonly Message[];
  /** How much chance decides: 0 is the least. */
  readonly temperature?: number;
  /** Only the likeliest tokens that together have this probability, 0 to 1. */
  readonly topP?: number;
  /** Only so many of the likeliest tokens. */
  readonly topK?: number;
  /** The same seed and request are to give the same answer, where the upstream can do that. */
  readonly seed?: number;
  /** Texts that end the answer where they would appear. */
  readonly stop?: readonly string[];
  /** Upper limit of output tokens, reasoning included where the provider counts it so. */
  readonly maxTokens?: number;
  /** Above 0 makes tokens that appeared at all less likely. */
  readonly presencePenalty?: number;
  /** Above 0 makes tokens less likely the more often they appeared. */
  readonly frequencyPenalty?: number;
  /** `"json"`, or a JSON Schema that the answer must satisfy. */
  readonly format?: 'json' | JsonObject;
  /** Whether, and how much, the model reasons first. */
  readonly think?: Think;
  /** Functions that the model may ask for. */
  readonly tools?: readonly Tool[];
  /** Whether the model may, must not or must call a tool. */
  readonly toolChoice?: ToolChoice;
  /** Whether one answer may ask for several calls. */
  readonly parallelToolCalls?: boolean;
  /** Refuse (`unsupported`) what the provider cannot do, where it would otherwise be dropped with a warning. */
  readonly strict?: boolean;
  /** Fields for one provider, keyed by provider id or plugin name; merged into its upstream body last. */
  readonly providerOptions?: ProviderMetadata;
}
