import type { ChatError } from '@lakehouse/chat-core';
import type { Response } from 'express';
import type { Exchange } from './exchange.js';

/** Names of models come from callers, and a header holds printable ASCII only. */
const toHeaderValue = (text: string): string =>
  /^[\x21-\x7e]*$/.test(text) ? text : text.toWellFormed().replace(/[^\x21-\x7e]/gu, encodeURIComponent);

/**
 * Says in headers who answered, or who failed, after how many calls: not every front has a place for it in its body,
 * and a proxy reads headers only.
 */
export const setTrailHeaders = (response: Response, exchange: Exchange, failure?: ChatError): void => {
  if (response.headersSent) return;
  const { target, calls, attempts } = exchange;
  const last = attempts.at(-1);
  const provider = failure?.provider ?? target?.provider ?? last?.provider;
  const model = failure?.model ?? target?.model ?? last?.model;
  if (provider !== undefined) response.setHeader('x-chatd-provider', toHeaderValue(provider));
  if (model !== undefined) response.setHeader('x-chatd-model', toHeaderValue(model));
  response.setHeader('x-chatd-attempts', calls);
};
