export type {
  NativeAnswer,
  NativeAnswerFacts,
  NativeAttempt,
  NativeErrorObject,
  NativeToolCallAnswer,
  NativeUsage,
} from './native/answer.js';
export { formatNativeError, type NativeErrorAnswer, type NativeErrorMeta } from './native/error.js';
export { type ParsedNativeRequest, parseNativeRequest } from './native/request.js';
export { formatNativeResponse, type NativeResponseMeta } from './native/response.js';
export {
  createNativeStreamEncoder,
  type NativeStreamEncoder,
  type NativeStreamOptions,
  nativeKeepAlive,
} from './native/stream.js';
