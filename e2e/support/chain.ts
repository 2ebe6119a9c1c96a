import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { request } from 'undici';

/** A port that was free a moment ago: services that name each other have to know one beforehand. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

/** A config of chatd around these tables. */
export const configOf = (tables: string, port = 0): string =>
  `[chatd]\nbind = "127.0.0.1:${port}"\ndefault_provider = "lab"\n${tables}`;

/** A provider of another chatd; it is not asked again where that one has asked its own providers again already. */
export const chatdAt = (id: string, url: string): string =>
  `[chatd.providers.${id}]\nuse = "@lakehouse/provider-chatd"\nurl = "${url}"\nretry = { attempts = 1 }\n`;

/** A provider of any server that speaks OpenAI's protocol. */
export const labAt = (url: string): string =>
  `[chatd.providers.lab]\nuse = "@lakehouse/provider-openai-compat"\nurl = "${url}/v1"\nretry = { attempts = 1 }\n`;

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** The body parsed. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** Posts a body to a route of a service. */
export const post = async (
  { url }: { readonly url: string },
  body: object,
  {
    route = '/v1/chat',
    headers = {},
    signal,
  }: {
    readonly route?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly signal?: AbortSignal;
  } = {},
): Promise<Answer> => {
  const answer = await request(`${url}${route}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
  const text = await answer.body.text();
  return {
    status: answer.statusCode,
    headers: answer.headers,
    text,
    get json() {
      return JSON.parse(text) as Record<string, unknown>;
    },
  };
};

/** The objects of an event stream. */
export const framesOf = (text: string): readonly Record<string, unknown>[] =>
  text
    .split('\n\n')
    .filter((frame) => frame.startsWith('data: '))
    .map((frame) => JSON.parse(frame.slice('data: '.length)) as Record<string, unknown>);
