import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { answerOf, ask, type LogLine, startChatd, until } from './support.js';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

beforeAll(() => {
  if (!existsSync(main))
    throw new Error('dist/main.js is what these tests start: run "pnpm run build" first');
});

/** The built program, with an empty folder to work in. */
const start = (args: readonly string[], environment: Record<string, string> = {}, toml?: string) => {
  const cwd = mkdtempSync(path.join(tmpdir(), 'gateway-'));
  if (toml !== undefined) writeFileSync(path.join(cwd, 'lakehouse.toml'), toml);
  const child = spawn(process.execPath, [main, ...args], { cwd, env: { ...environment } });
  const exit = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exit;
    rmSync(cwd, { recursive: true });
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  const lines = (): LogLine[] =>
    output
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as LogLine);
  return { child, exit, lines, errors: text(child.stderr), output: () => output };
};

const startListening = async (args: readonly string[], toml?: string) => {
  const gateway = start(args, {}, toml);
  await until(() => gateway.lines().some(({ msg }) => msg === 'listening'));
  const { bind } = gateway.lines()[0] as LogLine & { readonly bind: string };
  return { ...gateway, origin: `http://${bind}` };
};

test('the program forwards, lets a stream finish on SIGTERM and exits with 0', async () => {
  let end: () => void = () => undefined;
  const chatd = await startChatd((_request, response) => {
    response.write('data: begun\n\n');
    end = () => response.end('data: done\n\n');
  });
  const gateway = await startListening(['--bind', '127.0.0.1:0'], `[gateway]\nchatd_url = "${chatd.href}"`);
  const call = ask(`${gateway.origin}/v1/chat`, { headers: { 'x-request-id': 'r-1' } });
  call.end();
  const stream = await answerOf(call);
  gateway.child.kill('SIGTERM');
  await until(() => gateway.lines().some(({ msg }) => msg === 'stopping'));
  end();
  expect(await text(stream)).toBe('data: begun\n\ndata: done\n\n');
  expect(await gateway.exit).toEqual([0, null]);
  expect(await gateway.errors).toBe('');
  expect(gateway.lines().map(({ msg }) => msg)).toEqual(['listening', 'stopping', 'request', 'stopped']);
  expect(gateway.lines()[2]).toMatchObject({ request_id: 'r-1', status: 200, outcome: 'ok' });
});

test('a second signal ends it at once', async () => {
  const chatd = await startChatd((_request, response) => response.flushHeaders());
  const gateway = await startListening(['--bind', '127.0.0.1:0'], `[gateway]\nchatd_url = "${chatd.href}"`);
  const call = ask(`${gateway.origin}/v1/chat`);
  call.end();
  (await answerOf(call)).on('error', () => undefined);
  gateway.child.kill('SIGTERM');
  await until(() => gateway.lines().some(({ msg }) => msg === 'stopping'));
  gateway.child.kill('SIGINT'); // so soon it is a repeat of the first: a terminal signals every process of a group
  await sleep(700);
  expect(gateway.child.exitCode).toBeNull();
  gateway.child.kill('SIGINT');
  expect(await gateway.exit).toEqual([null, 'SIGINT']);
});

test('an address that other machines reach is refused, unless the config allows it', async () => {
  const refused = start(['--bind', '0.0.0.0:0']);
  expect(await refused.exit).toEqual([1, null]);
  expect(await refused.errors).toMatch(
    /^defaults: gateway\.bind: 0\.0\.0\.0 can be reached .*allow_open = true.*\n$/,
  );
  const allowed = await startListening(['--bind', '0.0.0.0:0'], '[gateway]\nallow_open = true');
  expect(allowed.lines()).toHaveLength(1);
});

test('a port in use is one line and exit code 1', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  const bind = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const gateway = start([], { GATEWAY_BIND: bind });
  expect(await gateway.exit).toEqual([1, null]);
  expect(await gateway.errors).toBe(`cannot listen on ${bind}: the port is in use\n`);
});

test.each([
  [['--bind', '3110'], undefined, /^--bind: expected an address and a port [^\n]*\n$/],
  [
    ['--bind', '192.0.2.1:0'],
    '[gateway]\nallow_open = true',
    /^cannot listen on 192\.0\.2\.1:0: this machine does not have the address\n$/,
  ],
  [['--config', 'gone.toml'], undefined, /^--config \S+gone\.toml: there is no such file\n$/],
  [[], '[gateway]\nbnd = 1', /^\S+lakehouse\.toml:2:1: gateway\.bnd: unknown key; did you mean "bind"\?\n$/],
  [['--bnd'], undefined, /^error: unknown option '--bnd'/],
])('%j with %j is told in one line, exit code 1', async (args, toml, message) => {
  const gateway = start(args, {}, toml);
  expect(await gateway.exit).toEqual([1, null]);
  expect(await gateway.errors).toMatch(message);
});

test('--version and --help answer', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const asked = start(['--version']);
  expect(await asked.exit).toEqual([0, null]);
  expect(asked.output()).toBe(`${version}\n`);
  const help = start(['--help']);
  expect(await help.exit).toEqual([0, null]);
  expect(help.output()).toContain('--bind <address>');
});
