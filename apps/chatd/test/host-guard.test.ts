import { request } from 'undici';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scriptedPlugin } from './support/scripted-plugin.js';
import { type RunningService, startService } from './support/service.js';

let service: RunningService;
beforeAll(async () => {
  service = await startService(
    '[chatd]\nallowed_hosts = ["chat.example.com"]\ndefault_provider = "scripted"\n[chatd.providers.scripted]\nuse = "./scripted.mjs"\n',
    {},
    { 'scripted.mjs': scriptedPlugin },
  );
});
afterAll(() => service.close());

const askAs = async (host: string, path = '/v1/chat') => {
  const answer = await request(`${service.url}${path}`, {
    method: 'POST',
    headers: { host, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'echo', messages: [{ role: 'user', content: 'hi' }] }),
  });
  return { status: answer.statusCode, body: await answer.body.text() };
};

it.each(['localhost:3220', '127.0.0.1', '[::1]:3220', 'chat.example.com'])(
  'a caller of %s is served',
  async (host) => {
    expect((await askAs(host)).status).toBe(200);
  },
);

it.each(['/v1/chat', '/v1/chat/completions', '/api/chat', '/v1/messages'])(
  'a page that had the name of its own site lead here is refused: %s',
  async (path) => {
    const { status, body } = await askAs('evil.example', path);
    expect(status).toBe(403);
    expect(body).toContain('add the name to allowed_hosts under [chatd]');
  },
);
