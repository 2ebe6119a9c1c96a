import type { ChatError } from '@lakehouse/chat-core';
import { logCall } from './chat-log.js';
import type { Exchange } from './exchange.js';
import { type CallKind, toCallRecord } from './metrics/call-record.js';
import type { Service } from './service.js';

/** Ends a call, once, however it ended: it has its line in the log and is counted. */
export type EndCall = (exchange: Exchange, failure?: ChatError) => void;

export const createEndCall =
  ({ log, metrics }: Pick<Service, 'log' | 'metrics'>, kind: CallKind): EndCall =>
  (exchange, failure) => {
    const record = toCallRecord(kind, exchange, failure);
    // The line first: if it cannot be made, the call ends as a defect, which is then counted and not both.
    logCall(log, record, exchange, failure);
    metrics.count(record);
  };
