// Answers in the service's place: `node test/stand-in.mjs 8000`. Edit: as the service does.
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const port = Number(process.argv[2] ?? 8000);
const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };

const bodyOf = async (request) => {
  let text = '';
  for await (const piece of request) text += piece;
  return text === '' ? {} : JSON.parse(text);
};

const server = createServer(async (request, response) => {
  const { model, messages, stream } = await bodyOf(request);
  if (request.url.endsWith('/models')) return response.end(JSON.stringify({ data: [{ id: 'small' }] }));
  const content = `You said: ${messages.at(-1).content}`;
  if (!stream) {
    const message = { role: 'assistant', content };
    return response.end(
      JSON.stringify({ model, choices: [{ index: 0, message, finish_reason: 'stop' }], usage }),
    );
  }
  const send = (frame) => response.write(`data: ${JSON.stringify({ model, ...frame })}\n\n`);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const word of content.match(/\s*\S+/g)) {
    send({ choices: [{ index: 0, delta: { content: word }, finish_reason: null }] });
    await sleep(50);
  }
  send({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
  send({ choices: [], usage });
  return response.end('data: [DONE]\n\n');
});
server.listen(port, '127.0.0.1', () => console.log(`The stand-in listens on http://127.0.0.1:${port}`));
