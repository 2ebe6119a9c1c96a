import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An upstream for large things: it speaks OpenAI's protocol below `/v1` and Ollama's below `/api`. */
export interface LargeUpstream {
  readonly url: string;
  /** SHA-256 of each image that came, in base64 as it stood in the body. */
  readonly images: string[];
  /** The pieces that each answer consists of. */
  answer: readonly string[];
  /** Answers wait for it. */
  gate: Promise<void>;
  close(): Promise<void>;
}

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const dataUrl = 'data:image/png;base64,';

interface Asked {
  readonly stream?: boolean;
  readonly messages: readonly {
    readonly content: string | readonly { readonly image_url?: { readonly url: string } }[];
    readonly images?: readonly string[];
  }[];
}

const imagesIn = ({ messages }: Asked): readonly string[] =>
  messages.flatMap(({ content, images = [] }) => [
    ...images,
    ...(typeof content === 'string' ? [] : content).flatMap(({ image_url: image }) =>
      image?.url.startsWith(dataUrl) ? [image.url.slice(dataUrl.length)] : [],
    ),
  ]);

interface Wire {
  readonly type: string;
  piece(content: string): string;
  readonly end: string;
  whole(content: string): object;
}

/** What the two protocols write. */
const wires: Readonly<Record<'openai' | 'ollama', Wire>> = {
  openai: {
    type: 'text/event-stream',
    piece: (content: string) =>
      `data: ${JSON.stringify({ id: 'a', model: 'm', choices: [{ index: 0, delta: { content } }] })}\n\n`,
    end: `data: ${JSON.stringify({ id: 'a', model: 'm', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}\n\ndata: [DONE]\n\n`,
    whole: (content: string) => ({
      id: 'a',
      model: 'm',
      choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    }),
  },
  ollama: {
    type: 'application/x-ndjson',
    piece: (content: string) =>
      `${JSON.stringify({ model: 'm', message: { role: 'assistant', content }, done: false })}\n`,
    end: `${JSON.stringify({ model: 'm', message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop' })}\n`,
    whole: (content: string) => ({
      model: 'm',
      message: { role: 'assistant', content },
      done: true,
      done_reason: 'stop',
    }),
  },
};

/** As fast as they are taken, a few in each packet. */
const writeAll = async (response: ServerResponse, pieces: readonly string[], wire: Wire) => {
  response.writeHead(200, { 'content-type': wire.type });
  for (let sent = 0; sent < pieces.length && !response.destroyed; sent += 20) {
    const packet = pieces
      .slice(sent, sent + 20)
      .map((piece) => wire.piece(piece))
      .join('');
    if (!response.write(packet)) await once(response, 'drain');
  }
  response.end(wire.end);
};

export const startLargeUpstream = async (): Promise<LargeUpstream> => {
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const asked = JSON.parse(Buffer.concat(pieces).toString('utf8')) as Asked;
    upstream.images.push(...imagesIn(asked).map(hashOf));
    await upstream.gate;
    const isOllama = request.url?.startsWith('/api') === true;
    const wire = isOllama ? wires.ollama : wires.openai;
    if (asked.stream ?? isOllama) await writeAll(response, upstream.answer, wire);
    else {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(wire.whole(upstream.answer.join(''))));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const upstream: LargeUpstream = {
    url: `http://127.0.0.1:${port}`,
    images: [],
    answer: ['hi'],
    gate: Promise.resolve(),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return upstream;
};
