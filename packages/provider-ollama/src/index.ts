import { defineProvider } from '@lakehouse/chat-core';
import { type OllamaSettings, ollamaOptions, ollamaTimeouts, pluginName } from './options.js';
import { createOllama } from './provider.js';

/** The plugin that a host loads. */
export default defineProvider<OllamaSettings>({
  specificationVersion: 'v1',
  name: pluginName,
  options: ollamaOptions,
  timeouts: ollamaTimeouts,
  create: (settings, host) => {
    const { id, timeouts, transport, limits = {} } = host;
    const { keyEnv: env, keyFile: file } = settings;
    const key = env === undefined ? undefined : host.secret({ env, file });
    return createOllama({ ...settings, key, timeouts, transport, limits }, id);
  },
});

export { type AnswerReader, type AnswerReaderOptions, createAnswerReader } from './answer-reader.js';
export { type Exchange, streamExchange } from './exchange.js';
export { ollamaFaultRules } from './faults.js';
export { askAvailability, createFetchJson, type FetchJson, type FetchJsonOptions } from './json-calls.js';
export { baseUrlSchema, checkBaseUrl, keyOptions, type OllamaSettings, ollamaTimeouts } from './options.js';
export { createOllama } from './provider.js';
export {
  type AnswerLine,
  type AnswerToolCall,
  answerLineSchema,
  readLineEnd,
} from './wire-answer.js';
export { readListedDetails, readTags, toModelInfo } from './wire-catalogue.js';
export { type ContentPlace, toImages, toText } from './wire-content.js';
export { readEmbedAnswer, toEmbedBody } from './wire-embed.js';
export { toolNames } from './wire-messages.js';
export {
  type BodyContext,
  toChatBody,
  toSamplingOptions,
  toThink,
  toTools,
  withProviderOptions,
} from './wire-request.js';
