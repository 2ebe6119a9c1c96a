import type { IncomingMessage, ServerResponse } from 'node:http';
import { startLoopbackServer } from '../loopback-server.js';
import { play } from '../play.js';
import { createChatRoute } from './chat-route.js';
import { createConditions } from './conditions.js';
import { control } from './control-route.js';
import { faults } from './faults.js';
import { createJournal } from './journal.js';
import { ollamaChat, ollamaGenerate } from './ollama-protocol.js';
import { openAIChat } from './openai-protocol.js';
import type { FaultWall } from './wall.js';

/** Where the wall listens. */
export interface FaultWallOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
}

const protocols = new Map(
  [openAIChat, ollamaChat, ollamaGenerate].map((protocol) => [protocol.path, protocol]),
);

/** Starts a server whose models are faults, on the loopback interface. Rejects when the port is taken. */
export const startFaultWall = async ({ port = 0 }: FaultWallOptions = {}): Promise<FaultWall> => {
  const journal = createJournal();
  const conditions = createConditions();
  const chat = createChatRoute(journal, conditions);

  const controlled = {
    faults,
    requests: (model?: string) => journal.list(model),
    openSockets: () => server.sockets.size,
    openRequests: chat.open,
    setDown: (model: string, down: boolean) => conditions.setDown(model, down),
    clear: () => {
      journal.clear();
      conditions.clear();
    },
  };

  const answer = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '' } = message;
    const location = new URL(`http://wall${url.startsWith('/') ? url : '/'}`);
    const protocol = method === 'POST' ? protocols.get(location.pathname) : undefined;
    if (protocol) await chat.answer(protocol, message, response);
    else await play(control(controlled, method, location), response, new AbortController().signal);
  };

  // Only faults close connections: an idle one that closed by itself would be one more.
  const server = await startLoopbackServer(answer, { port, keepAliveTimeoutMs: 0 });

  return { ...controlled, url: server.url, close: () => server.close() };
};
