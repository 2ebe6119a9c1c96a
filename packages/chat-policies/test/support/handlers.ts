import type {
  Attempt,
  CallContext,
  ChatError,
  ChatEvent,
  ChatHandler,
  ChatRequest,
} from '@lakehouse/chat-core';

export const request: ChatRequest = { model: 'asked', messages: [{ role: 'user', content: 'Hi' }] };
export const start: ChatEvent = { type: 'response-start', model: 'm' };
export const end: ChatEvent = { type: 'response-end', finishReason: 'stop' };
export const text = (delta: string): ChatEvent => ({ type: 'text-delta', delta });

/** What a handler does next: yield an event, fail, or wait so many milliseconds. */
export type Step = ChatEvent | ChatError | number;

export interface Script extends ChatHandler {
  readonly calls: { readonly request: ChatRequest; readonly context: CallContext }[];
  /** How many of the calls were closed, by their end or from outside. */
  closed: number;
}

/** A handler that plays its steps and obeys its signal while it waits. */
export const script = (...steps: readonly Step[]): Script => {
  const play = async function* (asked: ChatRequest, context: CallContext): AsyncGenerator<ChatEvent> {
    self.calls.push({ request: asked, context });
    try {
      for (const step of steps) {
        context.signal.throwIfAborted();
        if (typeof step === 'number') await pause(step, context.signal);
        else if ('type' in step) yield step;
        else throw step;
      }
    } finally {
      self.closed += 1;
    }
  };
  const self: Script = Object.assign(play, { calls: [], closed: 0 });
  return self;
};

/** Plays the next of the scripts with each call, and the last one from then on. */
export const inTurn = (...scripts: readonly [Script, ...Script[]]): ChatHandler => {
  let turn = 0;
  return (asked, context) => {
    const next = scripts[Math.min(turn, scripts.length - 1)] as Script;
    turn += 1;
    return next(asked, context);
  };
};

/** A sleep on the global timers, which can be faked; those of node:timers/promises cannot. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const leave = (): void => {
      clearTimeout(timer);
      reject(new DOMException('socket closed', 'AbortError'));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', leave);
      resolve();
    }, ms);
    signal.addEventListener('abort', leave, { once: true });
  });

export interface TestContext extends CallContext {
  readonly attempts: Attempt[];
  readonly abort: (reason?: unknown) => void;
}

export const contextOf = (delivery: CallContext['delivery'] = 'stream'): TestContext => {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    requestId: 'r',
    delivery,
    attempts: [],
    abort: (reason) => controller.abort(reason),
  };
};

export interface Outcome {
  readonly events: readonly ChatEvent[];
  readonly error?: unknown;
}

/** Reads to the end, taking so many milliseconds for each event. */
export const read = async (stream: AsyncIterable<ChatEvent>, slowness = 0): Promise<Outcome> => {
  const events: ChatEvent[] = [];
  try {
    for await (const event of stream) {
      events.push(event);
      if (slowness > 0) await pause(slowness, new AbortController().signal);
    }
    return { events };
  } catch (error) {
    return { events, error };
  }
};
