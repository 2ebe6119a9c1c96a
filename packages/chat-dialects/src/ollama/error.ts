import type { ChatError } from '@lakehouse/chat-core';
import type { ErrorAnswer } from '../front.js';
import { toRetryHeaders } from '../retry-headers.js';
import { toErrorText } from './wire-text.js';

/** The body of a failure, and the line that ends a stream with one. The text is all that there is. */
export const toErrorBody = (error: ChatError): { readonly error: string } => ({ error: toErrorText(error) });

/** Status, headers and body for a failure before any output. Clients pull a model, or say what is missing, on a 404 only. */
export const formatOllamaError = (error: ChatError): ErrorAnswer => ({
  status: error.code === 'model-not-found' ? 404 : error.status,
  headers: toRetryHeaders(error),
  body: toErrorBody(error),
});
