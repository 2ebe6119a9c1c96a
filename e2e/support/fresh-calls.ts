import { once } from 'node:events';
import { request } from 'undici';

export interface FreshAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** Asks over a connection of its own: where several processes serve, their turns follow the connections. */
export const askFresh = async (
  { url }: { readonly url: string },
  model: string,
  more: object = { stream: true },
): Promise<FreshAnswer> => {
  const answer = await request(`${url}/v1/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }], ...more }),
    reset: true,
  });
  return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
};

/** Begins a stream over a connection of its own, and resolves with its first piece; nobody reads the rest. */
export const holdFresh = async ({ url }: { readonly url: string }, model: string): Promise<string> => {
  const { body } = await request(`${url}/v1/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'hi' }] }),
    reset: true,
  });
  body.on('error', () => undefined); // its process may be killed
  for (;;) {
    const piece = body.read() as Buffer | null;
    if (piece !== null) return piece.toString();
    await once(body, 'readable');
  }
};

/** Gets JSON over a connection of its own. */
export const getFresh = async <T>({ url }: { readonly url: string }, route: string): Promise<T> => {
  const { body } = await request(`${url}${route}`, { reset: true });
  return (await body.json()) as T;
};

/** So many at once. */
export const together = <T>(count: number, ask: (index: number) => Promise<T>): Promise<readonly T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => ask(index)));
