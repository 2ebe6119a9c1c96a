export type {
  AnswerMeta,
  AnswerSize,
  CatalogueRoute,
  ChatExchange,
  ChatRoute,
  EmbedExchange,
  EmbedRoute,
  ErrorAnswer,
  Front,
  FrontRoute,
  ListedModel,
  PlainRoute,
  PluginParameters,
  RouteInput,
  StreamEncoder,
} from './front.js';
export { fronts } from './fronts.js';
export type {
  NativeAnswer,
  NativeAnswerFacts,
  NativeAttempt,
  NativeErrorObject,
  NativeToolCallAnswer,
  NativeUsage,
} from './native/answer.js';
export { formatNativeError, type NativeErrorAnswer, type NativeErrorMeta } from './native/error.js';
export { nativeFront } from './native/front.js';
export { type ParsedNativeRequest, parseNativeRequest } from './native/request.js';
export { formatNativeResponse, type NativeResponseMeta } from './native/response.js';
export {
  createNativeStreamEncoder,
  type NativeStreamOptions,
} from './native/stream.js';
