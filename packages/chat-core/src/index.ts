export { type ChatOptions, chat, createCallContext } from './chat.js';
export { type ChatResponse, Collector, type CollectorOptions, collect } from './collect.js';
export {
  type Attempt,
  type AttemptOutcome,
  ChatError,
  type ChatErrorOptions,
  type ErrorClass,
  type ErrorCode,
  errorTable,
  isChatError,
  type TimeoutPhase,
  toChatError,
} from './error.js';
export { withErrorDetails } from './error-details.js';
export {
  type ChatEvent,
  type ChatWarning,
  type FinishReason,
  isContentEvent,
  type RawChunk,
  type ReasoningDelta,
  type ResponseEnd,
  type ResponseStart,
  type TextDelta,
  type ToolCallDelta,
} from './event.js';
export { type EventIterator, eventsOf, forEachEvent } from './event-iterator.js';
export { EventRules } from './event-rules.js';
export { type ChatHandler, type ChatMiddleware, compose, untilContent } from './handler.js';
export { listOf } from './list-schema.js';
export type {
  AssistantMessage,
  ChatRequest,
  ContentPart,
  FilePart,
  ImagePart,
  JsonObject,
  JsonValue,
  Message,
  ProviderMetadata,
  ReasoningSegment,
  SystemMessage,
  TextPart,
  Think,
  Tool,
  ToolCall,
  ToolChoice,
  ToolMessage,
  UserMessage,
} from './message.js';
export {
  defineProvider,
  type PluginHost,
  type ProviderPlugin,
  pluginDefect,
  type SecretRequest,
  type SizeLimits,
  type Timeouts,
  type Transport,
} from './plugin.js';
export type {
  Availability,
  CallContext,
  Capabilities,
  CredentialStatus,
  EmbedRequest,
  EmbedResponse,
  ModelInfo,
  Provider,
} from './provider.js';
export {
  createRegistry,
  type Registry,
  type RegistryOptions,
  type Route,
  type TargetGroup,
} from './registry.js';
export type { Target, Tier, TierStrategy, TierTable } from './route.js';
export {
  base64Schema,
  chatRequestSchema,
  formatSchema,
  jsonObjectSchema,
  mediaTypeSchema,
  parseChatRequest,
  providerMetadataSchema,
} from './schema.js';
export { formatPath, toInvalidRequest } from './schema-issue.js';
export { type ResolvedKey, type ResolveKeyOptions, resolveKey, Secret } from './secret.js';
export { parseToolArguments } from './tool-arguments.js';
export { Turn, type Waiter } from './turn.js';
export { inputTokens, outputTokens, type Usage } from './usage.js';
