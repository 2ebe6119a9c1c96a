import { type CallContext, ChatError } from '@lakehouse/chat-core';
import {
  createUpstream,
  type FaultContext,
  type FaultRule,
  toHttpError,
  type UpstreamCall,
  type UpstreamResponse,
} from '@lakehouse/provider-utils';
import { type CourierSettings, courierTimeouts } from './options.js';

/** The upstream's own words for what failed. */
const rules: readonly FaultRule[] = [{ machineCode: 'no-vans', code: 'overloaded' }];

/** What a header may hold of an id that somebody else made. */
const requestId = /^[\w.:-]{1,128}$/;

const toHeaders = ({ requestId: asked, via = [] }: CallContext): Readonly<Record<string, string>> => ({
  ...(requestId.test(asked) && { 'x-request-id': asked }),
  ...(via.length > 0 && { 'x-courier-via': via.join(',') }),
});

/** The calls of one courier. */
export interface Connection {
  /** Id of the provider. */
  readonly id: string;
  /** The longest line of an answer, in bytes. */
  readonly lineBytes: number;
  /** What an error needs to know of a call. */
  readonly fault: (model?: string) => FaultContext;
  /** Resolves with a 200. Throws a `ChatError` for everything else, and without a key before anything is sent. */
  readonly call: (
    call: Omit<UpstreamCall, 'signal' | 'headers'>,
    context: CallContext,
  ) => Promise<UpstreamResponse>;
  readonly close: () => Promise<void>;
}

export const createConnection = (settings: CourierSettings, id: string): Connection => {
  const { url, key, timeouts = courierTimeouts({ loads_models: false }), transport, limits = {} } = settings;
  const { secret, status } = key;
  const upstream = createUpstream({ provider: id, baseUrl: url, secret, timeouts, transport, limits });
  const fault = (model?: string): FaultContext => ({ provider: id, model, secret, rules });

  return {
    id,
    lineBytes: upstream.limits.lineBytes,
    fault,
    call: async (call, context) => {
      if (!secret) throw new ChatError('provider-unavailable', `${id}: ${status.hint}`, { provider: id });
      const { signal } = context;
      const response = await upstream.request({ ...call, signal, headers: toHeaders(context) });
      if (response.status !== 200) throw await toHttpError(response, fault(call.model));
      return response;
    },
    close: () => upstream.close(),
  };
};
