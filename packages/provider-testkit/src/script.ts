/** One step of an answer. */
export type Step =
  /** One write, which is also one chunk of the transfer coding. */
  | { readonly send: string | Uint8Array }
  | { readonly waitMs: number }
  /** Never answers again, and keeps the connection open. */
  | { readonly silence: true }
  /** Destroys the socket. */
  | { readonly cut: true }
  /** Destroys the socket with a RST, which its reader sees as `ECONNRESET`. */
  | { readonly reset: true }
  /** Written on the socket itself, past the transfer coding: what no HTTP server would send. */
  | { readonly raw: string | Uint8Array };

/** An answer; when its steps run out, the response ends properly. */
export interface Script {
  /** Default 200. */
  readonly status?: number;
  /** Sent as they are. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sends the headers not at once but with the first `send`: `[{ silence: true }]` then sends nothing at all. */
  readonly beforeHeaders?: boolean;
  /** What happens, one after the other. */
  readonly steps: readonly Step[];
}

/** A script whose steps may be made while it is played, also without an end. */
export interface PlayableScript extends Omit<Script, 'steps'> {
  readonly steps: Iterable<Step>;
}

/** What goes before the helpers' defaults. */
export interface ScriptInit {
  /** Default 200. */
  readonly status?: number;
  /** Over the content type that the helper sets. */
  readonly headers?: Readonly<Record<string, string>>;
}

const script = (contentType: string, body: string, init: ScriptInit): Script => ({
  ...(init.status !== undefined && { status: init.status }),
  headers: { 'content-type': contentType, ...init.headers },
  steps: body === '' ? [] : [{ send: body }],
});

/** A JSON answer in one piece. */
export const json = (value: unknown, init: ScriptInit = {}): Script =>
  script('application/json', JSON.stringify(value), init);

/** A body of any kind in one piece; `text/plain` unless the headers say otherwise. */
export const text = (body: string, init: ScriptInit = {}): Script =>
  script('text/plain; charset=utf-8', body, init);

/** Newline-delimited JSON, one line per object. */
export const ndjson = (objects: readonly unknown[], init: ScriptInit = {}): Script =>
  script('application/x-ndjson', objects.map((value) => `${JSON.stringify(value)}\n`).join(''), init);

/** Server-sent events: an object becomes a frame with `data:`, a string is written as it is. */
export const sse = (frames: readonly (object | string)[], init: ScriptInit = {}): Script =>
  script(
    'text/event-stream',
    frames
      .map((frame) => (typeof frame === 'string' ? frame : `data: ${JSON.stringify(frame)}\n\n`))
      .join(''),
    init,
  );

const toBytes = (send: string | Uint8Array): Uint8Array =>
  typeof send === 'string' ? Buffer.from(send) : send;

/** All bytes that a script sends. */
export const bytesOf = (source: Script): Uint8Array =>
  Buffer.concat(source.steps.flatMap((step) => ('send' in step ? [toBytes(step.send)] : [])));

/** Cuts bytes at the given offsets, which must ascend. */
export const splitAt = (bytes: Uint8Array, offsets: readonly number[]): readonly Uint8Array[] =>
  [0, ...offsets].map((start, index) => bytes.subarray(start, offsets[index] ?? bytes.length));

/** Every way to cut bytes in two. */
export function* everySplit(bytes: Uint8Array): Generator<readonly Uint8Array[]> {
  for (let offset = 1; offset < bytes.length; offset += 1) yield splitAt(bytes, [offset]);
}

const piecesOf = (bytes: Uint8Array, size: number): readonly Uint8Array[] => {
  const cuts = Math.max(0, Math.ceil(bytes.length / size) - 1);
  return splitAt(
    bytes,
    Array.from({ length: cuts }, (_, index) => (index + 1) * size),
  );
};

/** The same script with every `send` cut into pieces of `size` bytes. */
export const asPieces = (source: Script, size: number): Script => ({
  ...source,
  steps: source.steps.flatMap((step): readonly Step[] =>
    'send' in step ? piecesOf(toBytes(step.send), size).map((send) => ({ send })) : [step],
  ),
});

/** The same answer with other bytes. */
export const withPieces = (source: Script, sends: readonly (string | Uint8Array)[]): Script => ({
  ...source,
  steps: sends.map((send) => ({ send })),
});
