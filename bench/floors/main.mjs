// What Node and undici cost by themselves. `bytes`: the body as it came. `json`: parsed, the model chosen, written again.
import { createServer } from 'node:http';
import { createForwarder } from './dispatch.mjs';

const [upstream, kind] = process.argv.slice(2);
const forward = createForwarder(upstream);
const models = new Map([['lab/stand-in', 'stand-in']]);

const withModel = (body) => {
  const request = JSON.parse(body.toString('utf8'));
  request.model = models.get(request.model) ?? request.model;
  return Buffer.from(JSON.stringify(request));
};

const toBody = kind === 'json' ? withModel : (body) => body;

const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    const body = pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
    forward(request.url, toBody(body), response);
  });
});

process.on('disconnect', () => process.exit());
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () =>
  process.send({ url: `http://127.0.0.1:${server.address().port}` }),
);
