import { ChatError, type ErrorCode, type TimeoutPhase, toChatError } from '@lakehouse/chat-core';

/** Where a call is made and how far it had come, for the error that it may end in. */
export interface TransportFault {
  /** Id of the provider. */
  readonly provider: string;
  /** The model as it was sent upstream. */
  readonly model?: string | undefined;
  /** The caller's; when it is aborted, that is the reason for everything. */
  readonly signal: AbortSignal;
  /** `request` until the response's headers are there, `body` afterwards. */
  readonly stage: 'request' | 'body';
  /** The request went over a connection that an earlier call had left open; default false. */
  readonly reused?: boolean;
}

interface FaultRow {
  readonly code: ErrorCode;
  readonly text: string;
  readonly phase?: TimeoutPhase;
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
}

const final = { retryable: false } as const;
const limit = (phase: TimeoutPhase, text: string): FaultRow => ({ code: 'timeout', phase, text });
const unreachable = (text: string, options: Pick<FaultRow, 'retryable' | 'retryAfterMs'> = {}): FaultRow => ({
  code: 'unreachable',
  text,
  ...options,
});

const noRoute = unreachable('cannot be reached from this network');
const lateConnection = limit('connect', 'did not accept the connection in time');
const closed = unreachable('was closed', final);
const broken = unreachable('closed the connection before it answered');
/**
 * Servers close idle connections, and one may do so at the moment a request is written. That says nothing about the
 * server, and a new connection very likely stands: there is nothing to wait for.
 */
const stale = unreachable('closed a kept-alive connection before it answered', { retryAfterMs: 0 });
const untrusted = unreachable('has a TLS certificate that is not trusted', final);
const otherProtocol = unreachable('does not speak TLS as expected; is its address really https?', final);
const malformed: FaultRow = { code: 'bad-response', text: 'sent a malformed HTTP response' };
const cut: FaultRow = { code: 'bad-response', text: 'cut the answer before its end' };

/** Before the headers of a response. */
const requestRows: Readonly<Record<string, FaultRow>> = {
  ECONNREFUSED: unreachable('refused the connection; is it running?'),
  ENETUNREACH: noRoute,
  EHOSTUNREACH: noRoute,
  ENOTFOUND: unreachable('has an unknown host name', final),
  EAI_AGAIN: unreachable('has a host name that cannot be looked up now'),
  ETIMEDOUT: lateConnection,
  UND_ERR_CONNECT_TIMEOUT: lateConnection,
  UND_ERR_HEADERS_TIMEOUT: limit('first-content', 'did not begin to answer in time'),
  UND_ERR_HEADERS_OVERFLOW: malformed,
  UND_ERR_DESTROYED: closed,
  UND_ERR_CLOSED: closed,
  UND_ERR_INVALID_ARG: {
    code: 'provider-unavailable',
    text: 'cannot be called as it is configured: its key or a header has characters that a header cannot have',
  },
};

/** After them, nothing that happens to the socket tells more than that the answer was cut. */
const bodyRows: Readonly<Record<string, FaultRow>> = {
  UND_ERR_BODY_TIMEOUT: limit('idle', 'fell silent in the middle of its answer'),
  Z_DATA_ERROR: { code: 'bad-response', text: 'sent a body that cannot be decompressed' },
};

const certificate = /^(CERT_|ERR_TLS_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|INVALID_CA|HOSTNAME_MISMATCH)/;
const protocol = /^(EPROTO$|ERR_SSL_)/;

/** What a socket says when the other side is gone; the last is undici's word for a close without an error. */
const gone: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

const codeOf = (error: unknown): string => {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  if (typeof code === 'string') return code;
  if (error instanceof Error && error.name === 'HTTPParserError') return 'HPE_INVALID'; // some have no code of their own
  return cause instanceof Error ? codeOf(cause) : '';
};

const rowOf = (code: string, { stage, reused }: TransportFault): FaultRow => {
  if (stage === 'body') return bodyRows[code] ?? cut;
  if (code.startsWith('HPE_')) return malformed;
  if (certificate.test(code)) return untrusted;
  if (protocol.test(code)) return otherProtocol;
  if (reused && gone.has(code)) return stale;
  return requestRows[code] ?? broken;
};

/** Makes a socket's or undici's error a `ChatError`; the caller's own cancelling goes before everything else. */
export const toTransportError = (error: unknown, fault: TransportFault): ChatError => {
  const { provider, model, signal } = fault;
  const known = toChatError(error, { provider, model, signal });
  if (known.code !== 'internal' || known === error || !(error instanceof Error)) return known;
  const code = codeOf(error);
  if (code === '') return known; // sockets and undici always have one: this is a defect of ours
  const row = rowOf(code, fault);
  return new ChatError(row.code, `${provider} ${row.text}${code ? ` (${code})` : ''}`, {
    provider,
    model,
    phase: row.phase,
    retryable: row.retryable,
    retryAfterMs: row.retryAfterMs,
    cause: error,
  });
};
