import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../loopback-server.js';
import { play } from '../play.js';
import type { PlayableScript } from '../script.js';
import type { Conditions } from './conditions.js';
import { findFault } from './faults.js';
import type { Journal, JournalEntry } from './journal.js';
import type { Protocol } from './protocol.js';
import { refused } from './refused.js';

interface ChatBody {
  readonly model: string;
  readonly stream: boolean;
  readonly usageAsked: boolean;
}

/** Undefined when the text is not a JSON object with a model. */
const readChatBody = (text: string, { streamsByDefault }: Protocol): ChatBody | undefined => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { model, stream, stream_options } = value as Record<string, unknown>;
  if (typeof model !== 'string') return undefined;
  const options = stream_options as { readonly include_usage?: unknown } | null | undefined;
  return {
    model,
    stream: typeof stream === 'boolean' ? stream : streamsByDefault,
    usageAsked: options?.include_usage === true,
  };
};

/** Answers the chat requests of one wall. */
export interface ChatRoute {
  readonly answer: (protocol: Protocol, message: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Requests whose answer has neither ended nor been left. */
  readonly open: () => number;
}

/** Plays for each request the fault that its model names. */
export const createChatRoute = (journal: Journal, conditions: Conditions): ChatRoute => {
  const open = new Set<ServerResponse>();

  const perform = async (
    script: PlayableScript,
    response: ServerResponse,
    entry?: JournalEntry,
  ): Promise<void> => {
    const gone = new AbortController();
    open.add(response);
    response.once('close', () => {
      open.delete(response);
      if (entry && !entry.finished) entry.closedEarlyAt = performance.now();
      gone.abort();
    });
    await play(script, response, gone.signal, {
      sent: (bytes) => {
        if (entry) entry.bytesSent += bytes;
      },
      over: () => {
        if (entry) entry.finished = true;
      },
    });
  };

  const scriptOf = (
    protocol: Protocol,
    body: ChatBody,
    message: IncomingMessage,
  ): { readonly script: PlayableScript; readonly entry: JournalEntry } => {
    const { model, stream } = body;
    const row = findFault(model);
    const turnedAway = row ? conditions.refuses(row, model, message.socket) : false;
    const entry = journal.add({ model, path: protocol.path, stream, refused: turnedAway });
    const call = { ...body, protocol, number: entry.number, refused: turnedAway };
    const hint = `The model '${model}' is not a fault of this wall; GET /wall/faults lists them`;
    return { entry, script: row ? row.script(call) : refused('unknown-model', call, {}, hint) };
  };

  return {
    open: () => open.size,
    async answer(protocol, message, response) {
      const body = readChatBody(await readBody(message), protocol);
      if (body) {
        const { script, entry } = scriptOf(protocol, body, message);
        await perform(script, response, entry);
        return;
      }
      const hint = 'The body must be a JSON object whose `model` is a fault; GET /wall/faults lists them';
      await perform(refused('bad-request', { protocol, model: '' }, {}, hint), response);
    },
  };
};
