import {
  type ChatEvent,
  type ChatHandler,
  type ChatMiddleware,
  type ChatRequest,
  untilContent,
} from '@lakehouse/chat-core';
import { OpenedStream } from './opened-stream.js';
import type { PolicyContext } from './policy-context.js';

/** An answer that has been let through. */
export interface Opened {
  readonly events: AsyncIterable<ChatEvent>;
  /** Whether its first content is known to be there. */
  readonly begun: boolean;
  /** To be called once, when the events are over in whatever way. */
  readonly over?: (() => void) | undefined;
}

/** Lets a call through, or throws what refuses it. It is a promise only where there is something to wait for. */
export type Open = (request: ChatRequest, context: PolicyContext) => Opened | Promise<Opened>;

/** A handler that decides before the first event and has nothing to do with the others. */
interface OpeningHandler extends ChatHandler {
  readonly open: Open;
}

const isOpening = (handler: ChatHandler): handler is OpeningHandler => 'open' in handler;

/** How a handler is opened: several policies in a row that only open share one stream. */
export const openOf = (handler: ChatHandler): Open =>
  isOpening(handler)
    ? handler.open
    : (request, context) => ({ events: handler(request, context), begun: false });

/** A handler whose call is opened with its first pull. */
export const openingHandler = (open: Open): ChatHandler =>
  Object.assign<ChatHandler, Pick<OpeningHandler, 'open'>>(
    (request, context) => new OpenedStream(() => open(request, context)),
    { open },
  );

/** A policy that decides before the first event. */
export const opening =
  (wrap: (next: Open) => Open): ChatMiddleware =>
  (next) =>
    openingHandler(wrap(openOf(next)));

/** Opens a call and waits for its first content. Where that does not come, the call is over. */
export const openUntilContent = (
  open: Open,
  request: ChatRequest,
  context: PolicyContext,
): Opened | Promise<Opened> => {
  const opened = open(request, context);
  return opened instanceof Promise ? opened.then(untilBegun) : untilBegun(opened);
};

const untilBegun = (opened: Opened): Opened | Promise<Opened> => (opened.begun ? opened : begin(opened));

const begin = async (opened: Opened): Promise<Opened> => {
  try {
    return { events: await untilContent(opened.events), begun: true, over: opened.over };
  } catch (error) {
    opened.over?.();
    throw error;
  }
};

/** Goes on with the failure of a call that could not be opened. A call that succeeds costs no step more. */
export const orElse = (
  open: () => Opened | Promise<Opened>,
  goOn: (error: unknown) => Promise<Opened>,
): Opened | Promise<Opened> => {
  try {
    const opened = open();
    return opened instanceof Promise ? opened.catch(goOn) : opened;
  } catch (error) {
    return goOn(error);
  }
};

/** Opens a call that holds something, which is given back when the call is over or could not be opened. */
export const openHolding = (
  open: Open,
  request: ChatRequest,
  context: PolicyContext,
  giveBack: () => void,
): Opened | Promise<Opened> => {
  const add = (opened: Opened): Opened => {
    const { over } = opened;
    if (!over) return { events: opened.events, begun: opened.begun, over: giveBack };
    const both = (): void => {
      over();
      giveBack();
    };
    return { events: opened.events, begun: opened.begun, over: both };
  };
  const fail = (error: unknown): never => {
    giveBack();
    throw error;
  };
  try {
    const opened = open(request, context);
    return opened instanceof Promise ? opened.then(add, fail) : add(opened);
  } catch (error) {
    return fail(error);
  }
};

/** Lets a call through only when `check` does not throw; that is asked before anything else of the call happens. */
export const gate = (check: (request: ChatRequest, context: PolicyContext) => void): ChatMiddleware =>
  opening((next) => (request, context) => {
    check(request, context);
    return next(request, context);
  });
