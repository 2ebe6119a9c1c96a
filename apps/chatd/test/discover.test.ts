import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { discover, type Finding } from '../src/commands/discover.js';
import { startStubServer } from './support/stub-server.js';
import { temporaryFolder } from './support/temporary-folder.js';
import { wellKnownAt } from './support/well-known-at.js';

const keyFile = (): string => path.join(tmpdir(), 'there-is-no-such-file.env');

const byId = (findings: readonly Finding[], id: string): Finding | undefined =>
  findings.find((finding) => finding.id === id);

const answering = (routes: Readonly<Record<string, string>>): Promise<string> =>
  startStubServer((request, response) => {
    const body = routes[request.url ?? ''];
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });

test('a server counts when its version or its list of models can be read', async () => {
  const ollama = await answering({ '/api/version': '{"version":"0.12.3"}' });
  const studio = await answering({ '/v1/models': '{"object":"list","data":[{"id":"a"},{"id":"b"}]}' });
  const wellKnown = await wellKnownAt({ ollama, lm_studio: `${studio}/v1` });
  const findings = await discover({ wellKnown, environment: {}, keyFile });
  expect(byId(findings, 'ollama')).toMatchObject({
    found: true,
    url: ollama,
    why: `version 0.12.3 answers on ${ollama}`,
  });
  expect(byId(findings, 'lm_studio')).toMatchObject({
    found: true,
    models: ['a', 'b'],
    why: `it answers on ${studio}/v1 with 2 models`,
  });
  expect(byId(findings, 'vllm')).toMatchObject({ found: false });
  expect(byId(findings, 'vllm')?.why).toMatch(/^nothing answers on http/);
});

test.each([
  ['a page', '<html></html>'],
  ['JSON of another form', '{"data":[{"name":"a"}]}'],
  ['a list of its own', '[]'],
  ['null', 'null'],
  ['nothing', ''],
  ['more than a megabyte', `{"data":[{"id":"${'x'.repeat(2 * 1024 * 1024)}"}]}`],
])('%s on a usual port does not count', async (_name, body) => {
  const url = await startStubServer((_request, response) => response.end(body));
  const wellKnown = await wellKnownAt({ llama_server: `${url}/v1` });
  const findings = await discover({ wellKnown, environment: {}, keyFile });
  expect(byId(findings, 'llama_server')).toMatchObject({
    found: false,
    why: `something answers on ${url}/v1, but not as this server does`,
  });
});

test('the right body with another status than 200 does not count', async () => {
  const url = await startStubServer((_request, response) =>
    response.writeHead(401).end('{"data":[{"id":"a"}]}'),
  );
  const wellKnown = await wellKnownAt({ vllm: `${url}/v1` });
  const findings = await discover({ wellKnown, environment: {}, keyFile });
  expect(byId(findings, 'vllm')?.found).toBe(false);
});

test('servers that never answer cost one time limit in all, before and after their headers', async () => {
  const silent = await startStubServer(() => {});
  const stalled = await startStubServer((_request, response) => response.writeHead(200).write('{'));
  const wellKnown = await wellKnownAt({
    ollama: silent,
    lm_studio: silent,
    llama_server: stalled,
    vllm: stalled,
  });
  const start = performance.now();
  const findings = await discover({ wellKnown, environment: {}, keyFile, timeoutMs: 300 });
  expect(performance.now() - start).toBeLessThan(900);
  expect(findings.filter(({ kind, found }) => kind === 'local' && found)).toEqual([]);
});

test('a key counts by the name of its variable, and the finding never holds it', async () => {
  const wellKnown = await wellKnownAt({});
  const environment = { OPENROUTER_API_KEY: 'sk-canary-1', KIMI_API_KEY: '  ' };
  const findings = await discover({ wellKnown, environment, keyFile });
  expect(byId(findings, 'openrouter')).toMatchObject({ found: true, keyEnv: 'OPENROUTER_API_KEY' });
  expect(byId(findings, 'kimi')).toMatchObject({ found: false });
  expect(byId(findings, 'kimi')?.why).toContain('set KIMI_API_KEY');
  expect(JSON.stringify(findings)).not.toContain('canary');
});

test('a key in the file of its provider counts too, as it will when the service starts', async () => {
  const folder = temporaryFolder();
  const inFolder = (id: string): string => path.join(folder, `${id}.env`);
  writeFileSync(inFolder('opencode'), 'OPENCODE_API_KEY=sk-canary-2\n', { mode: 0o600 });
  const findings = await discover({ wellKnown: await wellKnownAt({}), environment: {}, keyFile: inFolder });
  const finding = byId(findings, 'opencode');
  expect(finding).toMatchObject({ found: true, keyEnv: 'OPENCODE_API_KEY' });
  expect(finding?.why).toContain(inFolder('opencode'));
  expect(JSON.stringify(findings)).not.toContain('canary');
});

test('the variable that moves a server is followed, without a password that it may hold', async () => {
  const url = await answering({ '/api/version': '{"version":"0.12.3"}' });
  const wellKnown = await wellKnownAt({});
  for (const address of [url.replace('http://', ''), url, url.replace('http://', 'http://me:canary@')]) {
    const findings = await discover({ wellKnown, environment: { OLLAMA_HOST: address }, keyFile });
    expect(byId(findings, 'ollama')).toMatchObject({ found: true, url });
  }
});

test('a variable that holds no address is said, and the usual address is tried', async () => {
  const url = await answering({ '/api/version': '{"version":"0.12.3"}' });
  const wellKnown = await wellKnownAt({ ollama: url });
  const findings = await discover({ wellKnown, environment: { OLLAMA_HOST: 'not an address' }, keyFile });
  expect(byId(findings, 'ollama')).toMatchObject({
    found: true,
    url,
    why: `OLLAMA_HOST is not an address; version 0.12.3 answers on ${url}`,
  });
});

test('local servers come first, then hosted providers, then what is built in; each id once', async () => {
  const findings = await discover({ wellKnown: await wellKnownAt({}), environment: {}, keyFile });
  const ranks = findings.map(({ kind }) => ['local', 'hosted', 'built-in'].indexOf(kind));
  expect(ranks).toEqual([...ranks].sort((left, right) => left - right));
  expect(new Set(findings.map(({ id }) => id)).size).toBe(findings.length);
  expect(findings.at(-1)).toMatchObject({ kind: 'built-in', found: true });
});
