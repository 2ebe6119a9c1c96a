import { type ChatRequest, type ChatWarning, isChatError } from '@lakehouse/chat-core';
import type {
  AnswerMeta,
  CatalogueRoute,
  ChatExchange,
  EmbedExchange,
  FrontRoute,
  ListedModel,
  PlainRoute,
  RouteInput,
} from '../../src/front.js';
import { ollamaFront } from '../../src/ollama/front.js';

export const meta: AnswerMeta = {
  requestId: 'r-1',
  provider: 'lab',
  createdAt: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  latencyMs: 812.4,
  attempts: [],
  warnings: [],
};

/** What every object of an answer begins with. */
export const head = { model: 'm', created_at: '2026-01-02T03:04:05.678Z' };

const inputOf = (body: unknown): RouteInput => ({ body, params: {}, headers: {} });

export const routeOf = <Kind extends FrontRoute['kind']>(
  kind: Kind,
  path: string,
  method: FrontRoute['method'] = 'POST',
): Extract<FrontRoute, { kind: Kind }> => {
  const found = ollamaFront.routes.find(
    (route) => route.kind === kind && route.path === path && route.method === method,
  );
  if (!found) throw new Error(`no ${kind} route ${method} ${path}`);
  return found as Extract<FrontRoute, { kind: Kind }>;
};

export const parseChat = (body: unknown): ChatExchange => routeOf('chat', '/api/chat').parse(inputOf(body));
export const parseGenerate = (body: unknown): ChatExchange =>
  routeOf('chat', '/api/generate').parse(inputOf(body));
export const parseEmbed = (path: string, body: unknown): EmbedExchange =>
  routeOf('embed', path).parse(inputOf(body));
export const askCatalogue = (
  route: CatalogueRoute,
  models: readonly ListedModel[],
  body?: unknown,
): unknown => route.answer(models, inputOf(body));
export const askPlain = (route: PlainRoute, body?: unknown): unknown => route.answer(inputOf(body));

export const body = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] };

/** The request of `/api/chat` with some fields on top of the least body. */
export const requestOf = (fields: object): ChatRequest => parseChat({ ...body, ...fields }).request;

const toLine = ({ code, parameter }: ChatWarning): string => `${code} ${parameter}`;

export const warningsOf = (fields: object): readonly string[] =>
  parseChat({ ...body, ...fields }).warnings.map(toLine);

/** The warnings of a request that another upstream than one of this protocol answers. */
export const elsewhereOf = (fields: object): readonly string[] =>
  (parseChat({ ...body, ...fields }).onlyFor?.warnings ?? []).map(toLine);

/** A failure in one line. */
export const problemOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (isChatError(error)) return `${error.code} ${error.path ?? '-'} | ${error.message}`;
    throw error;
  }
  return 'none';
};
