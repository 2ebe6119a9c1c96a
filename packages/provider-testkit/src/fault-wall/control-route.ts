import { json, type Script, type ScriptInit } from '../script.js';
import { ollamaTags, ollamaVersion, openAIModels } from './catalogue.js';
import type { FaultWall } from './wall.js';

/** Whoever looks at the wall from outside leaves no connection that would be counted. */
const answer = (value: unknown, init: ScriptInit = {}): Script =>
  json(value, { ...init, headers: { connection: 'close' } });

const wrong = (message: string, status: number): Script => answer({ error: { message } }, { status });

type Controlled = Omit<FaultWall, 'url' | 'close'>;
type Control = (wall: Controlled, query: URLSearchParams) => Script;

const setDown: Control = (wall, query) => {
  const model = query.get('model') ?? '';
  const down = query.get('down') ?? '';
  if (down !== 'true' && down !== 'false') return wrong('`down` must be true or false', 400);
  try {
    wall.setDown(model, down === 'true');
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error), 400);
  }
  return answer({ model, down: down === 'true' });
};

const controls: ReadonlyMap<string, Control> = new Map<string, Control>([
  ['GET /v1/models', () => json(openAIModels())],
  ['GET /api/tags', () => json(ollamaTags())],
  ['GET /api/version', () => json(ollamaVersion())],
  ['GET /wall/faults', ({ faults }) => answer(faults)],
  ['GET /wall/requests', (wall, query) => answer(wall.requests(query.get('model') ?? undefined))],
  [
    'DELETE /wall/requests',
    (wall) => {
      wall.clear();
      return answer({});
    },
  ],
  ['POST /wall/down', setDown],
  [
    'GET /wall/sockets',
    // The connection of this request is none that anyone asks for.
    (wall) => answer({ openSockets: wall.openSockets() - 1, openRequests: wall.openRequests() }),
  ],
]);

/** The answer to a request that is no chat. */
export const control = (wall: Controlled, method: string, { pathname, searchParams }: URL): Script =>
  controls.get(`${method} ${pathname}`)?.(wall, searchParams) ??
  wrong(`The fault wall has no ${method} ${pathname}; GET /wall/faults lists the faults`, 404);
