import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, type Dispatcher, request } from 'undici';

/** A JSON object of the wire. */
export type Wire = Readonly<Record<string, unknown>>;

/** What a caller asks chatd for. */
export interface Question {
  readonly model: string;
  readonly stream: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds for which the caller reads slower than any writer writes. */
  readonly slowForMs?: number;
}

/** Everything that a caller got. */
export interface Answer {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData['headers'];
  /** Of a stream, in order. */
  readonly events: readonly Wire[];
  /** Of an answer that is not a stream. */
  readonly body: Wire | undefined;
  /** The connection broke before the end of the body. */
  readonly cut: boolean;
  /** From the request to the last byte, in milliseconds. */
  readonly ms: number;
}

export interface Caller {
  ask(question: Question): Promise<Answer>;
  /** Asks any other route. */
  json(path: string, body?: object): Promise<Wire>;
  close(): Promise<void>;
}

/** The events of a complete text; throws when there is something else in it. */
const toEvents = (text: string): readonly Wire[] =>
  text
    .split('\n\n')
    .filter((frame) => frame !== '' && !frame.startsWith(':'))
    .map((frame) => {
      if (!frame.startsWith('data: ')) throw new Error(`not an event: ${frame.slice(0, 100)}`);
      return JSON.parse(frame.slice('data: '.length)) as Wire;
    });

/** After each piece of at most 64 KiB. */
const restMs = 20;

const readText = async (
  body: Dispatcher.ResponseData['body'],
  slowUntil: number,
): Promise<{ readonly text: string; readonly cut: boolean }> => {
  const pieces: Uint8Array[] = [];
  let cut = false;
  try {
    for await (const piece of body) {
      pieces.push(piece as Uint8Array);
      if (performance.now() < slowUntil) await sleep(restMs);
    }
  } catch {
    cut = true; // it is up to the test whether that may be
  }
  return { text: Buffer.concat(pieces).toString('utf8'), cut };
};

/** A caller of a chatd in another process. It has no time limits of its own. */
export const createCaller = (url: string): Caller => {
  const dispatcher = new Agent({ headersTimeout: 0, bodyTimeout: 0 });
  return {
    async ask({ model, stream, headers, slowForMs = 0 }) {
      const started = performance.now();
      const response = await request(`${url}/v1/chat`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'Hello' }] }),
        dispatcher,
      });
      const { text, cut } = await readText(response.body, started + slowForMs);
      const ms = performance.now() - started;
      const isStream = String(response.headers['content-type']).startsWith('text/event-stream');
      return {
        status: response.statusCode,
        headers: response.headers,
        events: isStream ? toEvents(text) : [],
        body: isStream ? undefined : (JSON.parse(text) as Wire),
        cut,
        ms,
      };
    },
    async json(path, body) {
      const response = await request(`${url}${path}`, {
        method: body ? 'POST' : 'GET',
        headers: { 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
        dispatcher,
      });
      return (await response.body.json()) as Wire;
    },
    close: () => dispatcher.destroy(),
  };
};
