// A stand-in for an Ollama server, for checks without one: it knows a single model and answers with fixed words.
// Usage: node scripts/ollama-stand-in.mjs [MODEL]. The first line on standard output is its address (port 0: any free
// port). GET /_requests gives what it was asked, in order.
import { createServer } from 'node:http';

const model = process.argv[2] ?? 'qwen3:4b';
const words = ['Hello', ' from', ' the', ' stand-in.'];
const details = {
  format: 'gguf',
  family: 'qwen3',
  families: ['qwen3'],
  parameter_size: '4B',
  quantization_level: 'Q4_K_M',
};
const capabilities = ['completion', 'tools', 'thinking'];
const requests = [];

const sendJson = (response, status, value) => {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
    .end(JSON.stringify(value));
};

const line = (content, more) => ({
  model,
  created_at: new Date().toISOString(),
  message: { role: 'assistant', content },
  done: false,
  ...more,
});

// Ollama counts tokens and leaves out what it did not count; durations are in nanoseconds.
const end = (messages) => ({
  done: true,
  done_reason: 'stop',
  total_duration: 3_000_000,
  load_duration: 1_000_000,
  prompt_eval_count: JSON.stringify(messages ?? []).length,
  prompt_eval_duration: 1_000_000,
  eval_count: words.length,
  eval_duration: 1_000_000,
});

const chat = (body, response) => {
  if (body.stream === false) {
    sendJson(response, 200, line(words.join(''), end(body.messages)));
    return;
  }
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  for (const word of words) response.write(`${JSON.stringify(line(word))}\n`);
  response.end(`${JSON.stringify(line('', end(body.messages)))}\n`);
};

const routes = {
  'GET /': (_body, response) => response.end('Ollama is running'),
  'GET /api/version': (_body, response) => sendJson(response, 200, { version: '0.0.0-stand-in' }),
  'GET /api/tags': (_body, response) =>
    sendJson(response, 200, {
      models: [{ name: model, model, size: 1, digest: 'stand-in', details, capabilities }],
    }),
  'POST /api/show': (_body, response) =>
    sendJson(response, 200, { details, capabilities, model_info: { 'qwen3.context_length': 40_960 } }),
  'POST /api/chat': chat,
};

const answer = (request, text, response) => {
  const path = new URL(request.url, 'http://stand-in').pathname;
  if (path === '/_requests') {
    sendJson(response, 200, requests);
    return;
  }
  let body;
  try {
    body = text === '' ? undefined : JSON.parse(text);
  } catch (error) {
    sendJson(response, 400, { error: error.message });
    return;
  }
  requests.push({ method: request.method, path, body });
  const route = routes[`${request.method === 'HEAD' ? 'GET' : request.method} ${path}`];
  const asked = body?.model ?? body?.name;
  if (!route) response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found');
  else if (request.method === 'POST' && !asked) sendJson(response, 400, { error: 'model is required' });
  else if (request.method === 'POST' && asked !== model) {
    sendJson(response, 404, { error: `model '${asked}' not found` });
  } else route(body, response);
};

const server = createServer((request, response) => {
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (piece) => {
    text += piece;
  });
  request.on('end', () => answer(request, text, response));
});

server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${server.address().port}\n`);
});
