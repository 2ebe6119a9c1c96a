import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { folderWith } from './support/plugin-folder.js';
import { runMain, startMain } from './support/process.js';
import { scriptedPlugin } from './support/scripted-plugin.js';
import { get, post, readEvents } from './support/service.js';

const folder = (extra = '') =>
  folderWith({
    'lakehouse.toml': `[chatd]\n${extra}\ndefault_provider = "scripted"\n[chatd.providers.scripted]\nuse = "./scripted.mjs"\n`,
    'scripted.mjs': scriptedPlugin,
  });

const slow = (text: string, ms: number, stream: boolean) => ({
  model: `slow:${ms}`,
  stream,
  messages: [{ role: 'user', content: text }],
});

describe('stopping', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    '%s lets streams finish, refuses new requests with 503, and ends with 0',
    async (signal) => {
      const service = await startMain(folder());
      const running = post(service, slow('abcdefghij', 60, true));
      await sleep(100);
      service.child.kill(signal);
      await service.until(/chatd is stopping/);
      const refused = await post(service, slow('x', 1, false));
      expect(refused.status).toBe(503);
      expect(refused.headers['retry-after']).toBe('1');
      expect(refused.json()).toMatchObject({ error: { code: 'overloaded' } });
      expect((await get(service, '/readyz')).status).toBe(503);
      expect((await get(service, '/healthz')).status).toBe(200);
      const events = readEvents((await running).text);
      expect(events.map(({ delta = '' }) => delta).join('')).toBe('abcdefghij');
      expect(events.at(-1)).toMatchObject({ type: 'response_end' });
      expect(await service.exited).toBe(0);
    },
  );

  it('a deadline ends what is still running with an error, not with a cut that looks like an end', async () => {
    const service = await startMain(folder('drain_timeout = "200ms"'));
    const streamed = post(service, slow('abcdefghij', 100, true));
    const whole = post(service, slow('abcdefghij', 100, false));
    await sleep(150);
    service.child.kill('SIGTERM');
    expect(readEvents((await streamed).text).at(-1)).toMatchObject({
      type: 'error',
      error: { code: 'overloaded' },
    });
    expect((await whole).status).toBe(503);
    expect(await service.exited).toBe(0);
    expect(service.output().stdout).toContain('"cut":2');
  });

  it('a caller that does not read, and one that does not send, cannot keep it from stopping', async () => {
    const service = await startMain(folder('drain_timeout = "200ms"'));
    const { port, hostname } = new URL(service.url);
    const body = JSON.stringify({ model: 'flood', stream: true, messages: [{ role: 'user', content: 'x' }] });
    const head =
      'POST /v1/chat HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ';
    const deaf = connect(Number(port), hostname).pause();
    deaf.write(`${head}${body.length}\r\n\r\n${body}`);
    const mute = connect(Number(port), hostname).on('error', () => undefined);
    mute.write(`${head}1000\r\n\r\n{"model"`);
    onTestFinished(() => void deaf.destroy());
    await sleep(300);
    const asked = performance.now();
    service.child.kill('SIGTERM');
    expect(await service.exited).toBe(0);
    expect(performance.now() - asked).toBeLessThan(4000);
  });

  it('what nobody caught is one line of the log, with exit code 1', async () => {
    const service = await startMain(folder());
    const answer = post(service, {
      model: 'stray-rejection',
      messages: [{ role: 'user', content: 'secret words' }],
    });
    await expect(answer).rejects.toThrow();
    expect(await service.exited).toBe(1);
    const { stdout, stderr } = service.output();
    expect(stdout).toMatch(/"level":60.*"origin":"unhandledRejection".*nobody caught this/);
    expect(stdout + stderr).not.toContain('secret words');
  });

  it('the same signal twice in a moment is one, a later one ends it', async () => {
    const service = await startMain(folder());
    const running = post(service, slow('abcdefghijklmnopqrstuvwxyz', 100, true));
    running.catch(() => undefined); // it is cut below
    await sleep(100);
    service.child.kill('SIGINT');
    await service.until(/chatd is stopping/);
    service.child.kill('SIGINT');
    await sleep(700);
    expect(service.child.exitCode).toBeNull();
    service.child.kill('SIGINT');
    expect(await service.exited).toBeNull(); // ended by the signal itself
  });

  it('an idle service stops at once', async () => {
    const service = await startMain(folder());
    await get(service, '/healthz'); // leaves a kept-alive connection behind
    const asked = performance.now();
    service.child.kill('SIGTERM');
    expect(await service.exited).toBe(0);
    expect(performance.now() - asked).toBeLessThan(2000);
  });
});

describe('what keeps it from starting is said in one line, with exit code 1', () => {
  const start = async (cwd: string, parameters: string[], environment?: Record<string, string>) => {
    const { exited, output } = runMain(parameters, cwd, environment);
    return { code: await exited, ...output() };
  };

  it('the port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    const { code, stderr } = await start(folder(), ['--bind', `127.0.0.1:${port}`]);
    expect(code).toBe(1);
    expect(stderr).toBe(
      `chatd: 127.0.0.1:${port} is in use, perhaps by another chatd; --bind chooses another address\n`,
    );
  });

  it.each([
    ['an address that is none', ['--bind', 'nonsense'], {}, /^chatd: --bind: expected an address and a port/],
    [
      'an address of another machine',
      ['--bind', '192.0.2.1:3220'],
      {},
      /--bind: 192\.0\.2\.1 can be reached .*allow_open = true/,
    ],
    ['an argument that a command does not take', ['check', 'lakehouse.toml'], {}, /too many arguments/],
    ['words without quotes', ['chat', 'guide/help', 'how', 'do', 'I'], {}, /too many arguments/],
    ['CHATD_BIND that is none', [], { CHATD_BIND: '99999' }, /^chatd: CHATD_BIND: expected/],
    [
      'a config that is not there',
      ['--config', 'nowhere.toml'],
      {},
      /--config .*nowhere\.toml: there is no such file/,
    ],
    ['an unknown option', ['--prot', '1'], {}, /unknown option '--prot'/],
    ['an unknown command', ['serve'], {}, /there is no command "serve"/],
  ])('%s', async (_name, parameters, environment, message) => {
    const { code, stderr } = await start(folder(), parameters, environment);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe('commands that only look', () => {
  const run = async (parameters: string[], cwd = folder()) => {
    const { exited, output } = runMain(parameters, cwd);
    return { code: await exited, ...output() };
  };

  it('--version and --help', async () => {
    expect(await run(['--version'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
    const { stdout } = await run(['--help']);
    for (const word of ['--config', '--bind', 'check', 'init', 'chat']) expect(stdout).toContain(word);
  });

  it('check says which providers answer, without starting', async () => {
    const { code, stdout } = await run(['check']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/answers +scripted · \.\/scripted\.mjs · 1\.0/);
    expect(stdout).toMatch(/The config is valid/);
  });

  it('check fails on a config that is wrong, and names the place', async () => {
    const broken = folderWith({ 'lakehouse.toml': '[chatd]\ntimeut = "3s"\n' });
    const { code, stderr } = await run(['check'], broken);
    expect(code).toBe(1);
    expect(stderr).toContain('lakehouse.toml:2:1: chatd.timeut: unknown key; did you mean "timeout"?');
  });
});
