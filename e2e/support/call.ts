import { Agent, request } from 'undici';

/** What a caller asks for. */
export interface Question {
  readonly model: string;
  readonly stream: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A caller on its way. */
export interface Call extends Question {
  /** Sent as `x-request-id`. */
  readonly requestId: string;
  /** How many pieces of the body have come. */
  readonly pieces: number;
  /** Closes its connection. */
  leave(): void;
  /** Resolves when the call is over, however it ended. */
  readonly over: Promise<void>;
}

/** Callers that share nothing but the service: each has its own connection. */
export interface Callers {
  ask(requestId: string, question: Question): Call;
  close(): Promise<void>;
}

export const createCallers = (url: string): Callers => {
  const dispatcher = new Agent({ headersTimeout: 0, bodyTimeout: 0 });
  return {
    ask(requestId, question) {
      const { model, stream, headers } = question;
      const controller = new AbortController();
      let pieces = 0;
      const read = async (): Promise<void> => {
        const { body } = await request(`${url}/v1/chat`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-request-id': requestId, ...headers },
          body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'hi' }] }),
          signal: controller.signal,
          dispatcher,
        });
        for await (const _piece of body) pieces += 1;
      };
      const over = read().catch((error: unknown) => {
        if (!controller.signal.aborted) throw error;
      });
      return {
        ...question,
        requestId,
        get pieces() {
          return pieces;
        },
        leave: () => controller.abort(),
        over,
      };
    },
    close: () => dispatcher.destroy(),
  };
};
