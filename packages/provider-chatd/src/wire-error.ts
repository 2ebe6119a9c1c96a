import { ChatError, type ChatErrorOptions } from '@lakehouse/chat-core';
import {
  excerpt,
  type FaultContext,
  type FaultRule,
  parseJsonLoosely,
  readRetryAfter,
  redact,
  toFrameError,
  toHttpError,
  type UpstreamResponse,
} from '@lakehouse/provider-utils';
import { z } from 'zod';
import { toPath, toText } from './wire-names.js';
import { toAttempts, toCode, toPhase, trailSchema } from './wire-trail.js';

/** `retryable` is always there, and tells an error of chatd from those of other servers. */
const errorSchema = z.object({
  code: z.string(),
  message: z.string(),
  path: z.string().nullish(),
  phase: z.string().nullish(),
  retryable: z.boolean(),
  upstream_status: z.number().nullish(),
  request_id: z.string().nullish(),
  attempts: trailSchema,
});

type WireError = z.infer<typeof errorSchema>;

/** Codes that speak of the host that answers: that the other one has a defect is no defect here, and so on. */
const ofTheirHost: ReadonlySet<string> = new Set(['internal', 'aborted']);

/** What a proxy in front may mean, and the words of the one route that has OpenAI's errors. */
const rules: readonly FaultRule[] = [
  { status: 508, code: 'unsupported', retryable: false, callerStatus: 508 },
  { machineCode: 'invalid_value', code: 'invalid-request' },
  { machineCode: 'unsupported_value', code: 'unsupported' },
  { machineCode: 'upstream_auth', code: 'unauthenticated' },
  { machineCode: 'permission_denied', code: 'permission-denied' },
  { machineCode: 'provider_unavailable', code: 'provider-unavailable' },
  { machineCode: 'overloaded', code: 'overloaded' },
  { machineCode: 'connection', code: 'unreachable' },
  { machineCode: 'bad_upstream_response', code: 'bad-response' },
  { machineCode: ['upstream_error', 'internal_error', 'aborted'], code: 'upstream-failure' },
  { machineCode: 'timeout', code: 'timeout' },
];

/** A key that the other side repeats is taken out before anything is looked at. */
const readError = (value: unknown, { secret }: FaultContext): WireError | undefined => {
  const clean: unknown = parseJsonLoosely(redact(JSON.stringify(value ?? null), secret));
  return errorSchema.safeParse(clean).data;
};

const detailsOf = (wire: WireError, { provider, model }: FaultContext): ChatErrorOptions => {
  const code = toCode(wire.code);
  return {
    provider,
    model,
    path: wire.path == null ? undefined : toPath(wire.path),
    phase: toPhase(wire.phase) ?? (code === 'timeout' ? 'upstream' : undefined),
    retryable: wire.retryable,
    upstreamStatus: wire.upstream_status ?? undefined,
    upstreamRequestId: wire.request_id == null ? undefined : excerpt(wire.request_id, 128),
    bodyExcerpt: excerpt(wire.message), // the words may be those of a model's server
    attempts: toAttempts(wire.attempts),
  };
};

const messageOf = ({ message, path }: WireError, provider: string): string =>
  `${provider}: ${excerpt(path == null ? message : toText(message, path)) || 'no message'}`;

/** The same failure, as the other chatd told it; undefined for a code that this version does not know. */
const toRemoteError = (
  wire: WireError,
  context: FaultContext,
  more: ChatErrorOptions = {},
): ChatError | undefined => {
  const code = toCode(wire.code);
  if (code === undefined) return undefined;
  const message = messageOf(wire, context.provider);
  const details = { ...detailsOf(wire, context), ...more };
  if (!ofTheirHost.has(code)) return new ChatError(code, message, details);
  return new ChatError('upstream-failure', message, { ...details, status: undefined });
};

/** A route that is not there is a wrong `url`, not a wrong request. */
const isWrongAddress = ({ code }: WireError, status: number): boolean =>
  code === 'invalid-request' && (status === 404 || status === 405);

/** The error of a response whose status is not 2xx; it keeps code, status, flags, path, phase, wait and trail. */
export const toResponseError = async (
  response: UpstreamResponse,
  context: FaultContext,
): Promise<ChatError> => {
  const { status, headers } = response;
  const body = await response.text();
  const { error } = (parseJsonLoosely(body) ?? {}) as { readonly error?: unknown };
  const wire = readError(error, context);
  const retryAfterMs = readRetryAfter(headers, { words: '' });
  if (wire && isWrongAddress(wire, status)) {
    const message = `${context.provider}: "url" must be the base address of a chatd; ${excerpt(wire.message)}`;
    return new ChatError('upstream-failure', message, {
      ...detailsOf(wire, context),
      path: undefined,
      upstreamStatus: status,
    });
  }
  // What the model's own server answered tells more than what was made of it there.
  const upstreamStatus = wire?.upstream_status ?? status;
  const told = { status, upstreamStatus, retryAfterMs, ...(status === 413 && { reroutable: true }) };
  return (
    (wire && toRemoteError(wire, context, told)) ??
    (await toHttpError({ ...response, text: () => Promise.resolve(body) }, { ...context, rules }))
  );
};

/** The error that ends a stream. */
export const toStreamError = (value: unknown, context: FaultContext): ChatError => {
  const wire = readError(value, context);
  if (!wire) return toFrameError({ error: value }, { ...context, rules });
  return (
    toRemoteError(wire, context) ??
    new ChatError('upstream-failure', messageOf(wire, context.provider), detailsOf(wire, context))
  );
};
