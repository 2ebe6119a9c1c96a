import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDirectRoutes, type MountedRoute } from '../src/direct-routes.js';
import { scriptedPlugin } from './support/scripted-plugin.js';
import { type PostOptions, post, type RunningService, startService } from './support/service.js';

let service: RunningService;
beforeAll(async () => {
  service = await startService(
    '[chatd]\ndefault_provider = "scripted"\n[chatd.breaker]\nfailures = 0\n[chatd.retry]\nattempts = 1\n[chatd.providers.scripted]\nuse = "./scripted.mjs"\n',
    {},
    { 'scripted.mjs': scriptedPlugin },
  );
});
afterAll(() => service.close());

const messages = [{ role: 'user', content: 'hi' }];

/** What differs from one call to the next: ids and times. */
const withoutChance = (text: string): string =>
  text
    .replace(/[\da-f]{8}-[\da-f-]{27}/g, 'ID')
    .replace(/("(?:ms|latency_ms|\w+_duration|created(?:_at)?)":)("[^"]*"|[\d.]+)/g, '$1TIME');

const ask = async (path: string, body: unknown, headers: PostOptions['headers'] = {}) => {
  const answer = await post(service, body, { path, headers });
  const names = Object.keys(answer.headers).filter((name) => name !== 'content-length'); // ids and times have no fixed length
  return { status: answer.status, names, text: withoutChance(answer.text) };
};

describe.each(['/v1/chat', '/v1/chat/completions', '/v1/messages', '/api/chat'])('%s', (path) => {
  it.each([
    ['a whole answer', { model: 'echo', max_tokens: 9, stream: false, messages }, {}, 200],
    ['a streamed answer', { model: 'echo', max_tokens: 9, stream: true, messages }, {}, 200],
    ['a failing model', { model: 'fail:unreachable', max_tokens: 9, stream: false, messages }, {}, 502],
    ['a model that is none', { model: 3, max_tokens: 9, messages }, {}, 400],
    ['a body that is no JSON', '{', {}, 400],
    ['a host of somebody else', { model: 'echo', messages }, { host: 'evil.example' }, 403],
    ['a loop of services', { model: 'echo', max_tokens: 9, messages }, { 'x-chatd-via': '' }, 400],
  ])('is answered from the table as by Express: %s', async (_what, body, headers, status) => {
    const direct = await ask(path, body, headers);
    expect(direct.status).toBe(status);
    expect(await ask(`${path}?from=express`, body, headers)).toEqual(direct);
  });
});

it('only a path that leaves nothing open, and that is one front’s alone, is in the table', () => {
  const handle = async (): Promise<void> => undefined;
  const mounted = (
    [
      { method: 'POST', path: '/plain' },
      { method: 'GET', path: '/read' },
      { method: 'POST', path: '/models/*id' },
      { method: 'POST', path: '/models/:id' },
      { method: 'POST', path: '/sometimes', accepts: () => true },
      { method: 'POST', path: '/shared' },
      { method: 'POST', path: '/shared', accepts: () => true },
    ] as const
  ).map((route): MountedRoute => ({ route, handle }));
  const find = createDirectRoutes(mounted);
  const found = mounted.filter(({ route }) => find({ method: 'POST', url: route.path }));
  expect(found.map(({ route }) => route.path)).toEqual(['/plain']);
  expect(find({ method: 'GET', url: '/plain' })).toBeUndefined();
});
