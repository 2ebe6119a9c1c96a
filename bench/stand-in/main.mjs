// The stand-in for a model server, in a process of its own: answers at once, or as a request asks.
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { now } from '../lib/clock.mjs';
import { protocols } from './answers.mjs';
import { readDirective } from './directives.mjs';
import { writeStream } from './stream.mjs';

let requests = 0;
let early = {}; // when connections were closed before their answer was complete, by the id of their request

const catalogue = {
  '/api/version': { version: '0.12.0' },
  '/api/tags': { models: [] },
  '/v1/models': { object: 'list', data: [] },
};

const answer = async (request, response, body) => {
  const protocol = protocols[request.url];
  if (!protocol) {
    response.writeHead(catalogue[request.url] ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(catalogue[request.url] ?? { error: `there is no ${request.url}` }));
    return;
  }
  requests += 1;
  const wishes = readDirective(body);
  if (wishes.id !== '') {
    response.once('close', () => {
      if (!response.writableFinished) early[wishes.id] = now();
    });
  }
  if (wishes.latency > 0) await sleep(wishes.latency);
  if (protocol.streams(body)) {
    await writeStream(response, protocol, body, wishes);
    return;
  }
  const bytes = protocol.wholeBytes(wishes.size);
  response.writeHead(200, ['content-type', protocol.wholeType, 'content-length', bytes.length]);
  response.end(bytes);
};

const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    answer(request, response, pieces.length === 1 ? pieces[0] : Buffer.concat(pieces)).catch((error) => {
      process.stderr.write(`stand-in: ${error.stack}\n`);
      response.destroy();
    });
  });
});

const answers = {
  requests: () => ({ requests }),
  early: () => ({ early }),
  forget: () => {
    early = {};
    return {};
  },
};

process.on('message', (message) => process.send(answers[message.ask]()));
process.on('disconnect', () => process.exit());
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () =>
  process.send({ url: `http://127.0.0.1:${server.address().port}` }),
);
