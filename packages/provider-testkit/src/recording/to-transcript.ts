import { createRedaction, secretsOf } from './redact.js';
import type { RecordedChunk, Transcript } from './transcript.js';

/** One call as it went through the proxy, with everything in it. */
export interface RawCall {
  readonly method: string;
  readonly path: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly status: number;
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly headersMs: number;
  readonly chunks: readonly { readonly ms: number; readonly bytes: Buffer }[];
  readonly end: Transcript['response']['end'];
}

/** What of the answer's headers a provider may look at. */
const keptHeader = /^(content-type|retry-after(-ms)?|x-ratelimit-.+|x-should-retry|date)$/;

const toChunk = (ms: number, bytes: Buffer): RecordedChunk => {
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? { ms, text } : { ms, base64: bytes.toString('base64') };
};

const pick = (headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => keptHeader.test(name)));

/** Makes a call fit to be kept: keys and ids are blanked in the whole body, and the reads cut out of it again. */
export const toTranscript = (call: RawCall): Transcript => {
  const sent = call.body.toString('latin1');
  const answered = Buffer.concat(call.chunks.map(({ bytes }) => bytes)).toString('latin1');
  const redaction = createRedaction(secretsOf(call.requestHeaders, call.path), [sent, answered]);
  const clean = Buffer.from(redaction.bytes(answered), 'latin1');
  let offset = 0;
  const chunks = call.chunks.map(({ ms, bytes }) => {
    const start = offset;
    offset += bytes.length;
    return toChunk(ms, clean.subarray(start, offset));
  });
  return {
    format: 1,
    request: {
      method: call.method,
      path: redaction.path(call.path),
      headers: redaction.headers(call.requestHeaders),
      body: Buffer.from(redaction.bytes(sent), 'latin1').toString('utf8'),
    },
    response: {
      status: call.status,
      headers: redaction.headers(pick(call.responseHeaders)),
      ms: call.headersMs,
      chunks,
      end: call.end,
    },
  };
};
