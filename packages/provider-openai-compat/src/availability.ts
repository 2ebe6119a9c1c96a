import type { Availability, CallContext } from '@lakehouse/chat-core';
import { type CallPlace, toPlacedError, toStatusError } from './answer-fault.js';
import { isOk } from './chat-call.js';
import type { Server } from './server.js';

const patienceMs = 3000;

/** Servers without a list of models answer one of these; they are there all the same. */
const noList = new Set([404, 405, 501]);

const readStatus = async (server: Server, place: CallPlace, signal: AbortSignal): Promise<Availability> => {
  const response = await server.upstream.request({ method: 'GET', path: 'models', signal });
  const text = await response.text();
  if (noList.has(response.status)) return { available: true, detail: 'reachable; it has no list of models' };
  if (!isOk(response)) {
    const { message } = await toStatusError(response, text, place);
    return { available: false, detail: message };
  }
  if (!server.openModelList) return { available: true };
  return {
    available: true,
    detail: 'reachable; its list of models is open, so that the key was not checked',
  };
};

/** Asks for the list of models, for three seconds at most. Never throws. */
export const checkAvailability = async (
  server: Server,
  place: CallPlace,
  context: CallContext,
): Promise<Availability> => {
  if (server.credential && !server.credential.present) {
    return { available: false, detail: server.credential.hint };
  }
  const patience = AbortSignal.timeout(patienceMs);
  try {
    return await readStatus(server, place, AbortSignal.any([context.signal, patience]));
  } catch (error) {
    const late = patience.aborted && !context.signal.aborted;
    const detail = late
      ? `${server.id} did not answer within ${patienceMs / 1000} seconds`
      : toPlacedError(error, place, context.signal).message;
    return { available: false, detail };
  }
};
