import { readFileSync } from 'node:fs';
import type { Script, Step } from '../script.js';

/** The bytes of one read, as text where they are UTF-8 by themselves. */
export type RecordedChunk = {
  /** Milliseconds since the headers of the response. */
  readonly ms: number;
} & ({ readonly text: string } | { readonly base64: string });

/** One call of a real upstream, without keys and account ids. */
export interface Transcript {
  /** The version of this form. */
  readonly format: 1;
  /** As the client sent it. */
  readonly request: {
    readonly method: string;
    /** With the query. */
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  };
  /** As the upstream answered. */
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    /** Milliseconds from the request to the headers. */
    readonly ms: number;
    readonly chunks: readonly RecordedChunk[];
    /** `cut`: the upstream broke the connection; `left`: the client did. */
    readonly end: 'complete' | 'cut' | 'left';
  };
}

/** How a transcript is played. */
export interface TranscriptOptions {
  /** Whether the pauses between the reads are kept. Default false: the same reads without a pause. */
  readonly keepsTimes?: boolean;
}

const bytesOf = (chunk: RecordedChunk): string | Uint8Array =>
  'text' in chunk ? chunk.text : Buffer.from(chunk.base64, 'base64');

/** Makes a script of what `lakehouse-testkit record` wrote; throws an `Error` for a file that is no transcript. */
export const readTranscript = (
  file: string | URL,
  { keepsTimes = false }: TranscriptOptions = {},
): Script => {
  const { format, response } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Transcript>;
  if (format !== 1 || !response) throw new Error(`${String(file)} is no transcript of format 1`);
  const steps = response.chunks.flatMap((chunk, index): readonly Step[] => {
    const waitMs = chunk.ms - (response.chunks[index - 1]?.ms ?? 0);
    const send = { send: bytesOf(chunk) };
    return keepsTimes && waitMs > 0 ? [{ waitMs }, send] : [send];
  });
  return {
    status: response.status,
    headers: response.headers,
    steps: response.end === 'complete' ? steps : [...steps, { cut: true }],
  };
};
