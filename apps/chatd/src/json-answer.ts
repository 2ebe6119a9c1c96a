import type { ServerResponse } from 'node:http';

/** Sends a 200 with a JSON body, for the routes that are called the most: without what Express looks at for each answer. */
export const sendJson = (response: ServerResponse, body: unknown): void => {
  const text = JSON.stringify(body);
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
};
