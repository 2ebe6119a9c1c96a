// Answers in the service's place: `node test/stand-in.mjs 8000`. Edit: as the service does.
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const port = Number(process.argv[2] ?? 8000);

const bodyOf = async (request) => {
  let text = '';
  for await (const piece of request) text += piece;
  return text === '' ? {} : JSON.parse(text);
};

const server = createServer(async (request, response) => {
  const { messages, stream } = await bodyOf(request);
  if (request.url === '/models') return response.end(JSON.stringify({ models: [{ name: 'small' }] }));
  const words = `You said: ${messages.at(-1).content}`.match(/\s*\S+/g);
  const end = { done: true, reason: 'stop', usage: { input: 3, output: words.length } };
  if (!stream) return response.end(JSON.stringify({ text: words.join(''), ...end }));
  for (const text of words) {
    response.write(`${JSON.stringify({ text })}\n`);
    await sleep(50);
  }
  return response.end(`${JSON.stringify(end)}\n`);
});
server.listen(port, '127.0.0.1', () => console.log(`The stand-in listens on http://127.0.0.1:${port}`));
