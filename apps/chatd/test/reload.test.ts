import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { journalPlugin, readJournal } from './support/journal-plugin.js';
import { get, post, type RunningService, readEvents, startService } from './support/service.js';
import { temporaryFolder } from './support/temporary-folder.js';

const start = async (more = '') => {
  const journal = path.join(temporaryFolder(), 'journal');
  const config = (says: string, extra = '') =>
    `[chatd]\ndefault_provider = "main"\n[chatd.providers.main]\nuse = "./journal.mjs"\njournal = ${JSON.stringify(journal)}\nsays = "${says}"\n${extra}`;
  const service = await startService(
    config('old', more),
    {},
    {
      'journal.mjs': journalPlugin,
      'stuck.mjs': journalPlugin.replace(
        /appendFileSync\(.*\)/,
        "{ if (what === 'closed') throw new Error(what); }",
      ),
    },
  );
  onTestFinished(() => service.close());
  return { service, config, journal: () => readJournal(journal) };
};

const ask = async (service: RunningService, times = 1, stream = false): Promise<string> => {
  const messages = [{ role: 'user', content: 'hi' }];
  const { text } = await post(service, { model: `main/${times}`, stream, messages });
  if (!stream) return String((JSON.parse(text) as { content: unknown }).content);
  const events = readEvents(text);
  expect(events.at(-1)).toMatchObject({ type: 'response_end' });
  return events.map(({ delta = '' }) => delta).join('');
};

const messages = (service: RunningService) => service.logs.map(({ msg }) => msg);

describe('a config that is right', () => {
  it('takes over for new requests, and an idle old one is closed at once', async () => {
    const { service, config, journal } = await start();
    expect(await ask(service)).toBe('old');
    await service.reload(config('new'));
    expect(await ask(service)).toBe('new');
    expect(journal()).toEqual([
      'old begun',
      'old created',
      'old asked',
      'old unwound',
      'new begun',
      'new created',
      'old closed',
      'new asked',
      'new unwound',
    ]);
  });

  it('takes over also when an old provider cannot be closed: the log tells it, and the others are closed', async () => {
    const { service, config, journal } = await start(
      `[chatd.providers.stuck]\nuse = "./stuck.mjs"\njournal = "/nowhere/journal"\nsays = "stuck"\n`,
    );
    await service.reload(config('new'));
    await expect.poll(() => journal()).toContain('old closed');
    await expect.poll(() => messages(service)).toContain('an old config could not be closed properly');
  });

  it('is told in the log, with what it made', async () => {
    const { service, config } = await start();
    await service.reload(config('new'));
    expect(service.logs.at(-1)).toMatchObject({
      level: 30,
      msg: 'config reloaded',
      trigger: 'SIGHUP',
      config: service.configFile,
      providers: ['main'],
      default_provider: 'main',
    });
  });

  it('may name a plugin that was not there before', async () => {
    const { service, config } = await start();
    const other = config('new').replace('./journal.mjs', './later.mjs');
    await service.reload(other);
    expect(service.logs.at(-1)).toMatchObject({ level: 50, msg: expect.stringMatching(/is not loaded/) });
    writeFileSync(path.join(path.dirname(service.configFile), 'later.mjs'), journalPlugin);
    await service.reload(other);
    expect(await ask(service)).toBe('new');
  });
});

describe('a request that is under way', () => {
  it.each([true, false])(
    'ends on the runtime that it began on, which is closed then (streamed: %s)',
    async (stream) => {
      const { service, config, journal } = await start();
      const running = ask(service, 20, stream);
      await expect.poll(journal).toContain('old asked');
      await service.reload(config('new'));
      expect(await ask(service)).toBe('new');
      expect(journal()).not.toContain('old unwound');
      expect(await running).toBe('old'.repeat(20));
      await expect.poll(journal).toContain('old closed');
      expect(journal().slice(-2)).toEqual(['old unwound', 'old closed']);
    },
  );

  it('of a caller that leaves holds it until the stream is unwound', async () => {
    const { service, config, journal } = await start('unwind_ms = 40\n');
    const caller = new AbortController();
    const running = request(`${service.url}/v1/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'main/500', stream: true, messages: [{ role: 'user', content: 'hi' }] }),
      signal: caller.signal,
    }).then(({ body }) => body.text());
    running.catch(() => undefined); // it is cancelled below
    await expect.poll(journal).toContain('old asked');
    await sleep(50);
    await service.reload(config('new'));
    caller.abort();
    await expect(running).rejects.toThrow();
    await expect.poll(journal).toContain('old closed');
    expect(journal().slice(-2)).toEqual(['old unwound', 'old closed']);
  });

  it('of another route holds it too', async () => {
    const { service, config, journal } = await start();
    const listing = get(service, '/v1/chat/models');
    await expect.poll(journal).toContain('old listed');
    await service.reload(config('new'));
    expect((await listing).json()).toMatchObject({ models: [{ id: 'main/old' }] });
    await expect.poll(journal).toContain('old closed');
  });

  it('that is refused or fails gives it back as well', async () => {
    const { service, config, journal } = await start();
    await post(service, '{', {});
    await post(service, { model: 3 }, { path: '/v1/chat/resolve' });
    await post(service, { model: 'main/x', stream: true, messages: [] });
    await get(service, '/v1/nowhere');
    await service.reload(config('new'));
    expect(journal().at(-1)).toBe('old closed');
  });
});

describe('a config that is wrong', () => {
  it('leaves the old one serving, with a line for each problem and one for what it means', async () => {
    const { service, config, journal } = await start();
    await service.reload(config('new').replace('default_provider', 'default_provder'));
    expect(service.logs).toEqual([
      expect.objectContaining({
        level: 50,
        msg: `${service.configFile}:2:1: chatd.default_provder: unknown key; did you mean "default_provider"?`,
      }),
      expect.objectContaining({
        level: 50,
        trigger: 'SIGHUP',
        problems: 1,
        msg: 'the config is not loaded; the old one keeps serving',
      }),
    ]);
    expect(await ask(service)).toBe('old');
    expect(journal()).not.toContain('old closed');
  });

  it('closes the providers that it had already made', async () => {
    const { service, config, journal } = await start();
    await service.reload(`${config('new')}[chatd.providers.other]\nuse = "./nowhere.mjs"\n`);
    expect(messages(service)).toEqual([
      expect.stringMatching(/:\d+:\d+: chatd\.providers\.other\.use: there is no module at /),
      'the config is not loaded; the old one keeps serving',
    ]);
    expect(journal().slice(-3)).toEqual(['new begun', 'new created', 'new closed']);
    expect(await ask(service)).toBe('old');
  });

  it('a file that is gone is no reason to go on without one', async () => {
    const { service } = await start();
    rmSync(service.configFile);
    await service.reloader.request('SIGHUP');
    expect(messages(service)).toEqual([
      expect.stringMatching(/lakehouse\.toml: there is no such file/),
      'the config is not loaded; the old one keeps serving',
    ]);
    expect(await ask(service)).toBe('old');
  });
});

describe('reloads', () => {
  it('come one after the other; those asked for during one become one more', async () => {
    const { service, config, journal } = await start();
    writeFileSync(service.configFile, config('new', 'create_ms = 50\n'));
    const first = service.reloader.request('file changed');
    await expect.poll(journal).toContain('new begun');
    writeFileSync(service.configFile, config('newest'));
    const others = [
      service.reloader.request('file changed'),
      service.reloader.request('SIGHUP'),
      service.reloader.request('file changed'),
    ];
    await Promise.all([first, ...others]);
    expect(service.logs.map(({ msg, trigger }) => [msg, trigger])).toEqual([
      ['config reloaded', 'file changed'],
      ['config reloaded', 'SIGHUP'],
    ]);
    expect(journal().slice(2)).toEqual([
      'new begun',
      'new created',
      'old closed',
      'newest begun',
      'newest created',
      'new closed',
    ]);
  });

  it('do not begin once the service stops, and one under way leaves nothing open', async () => {
    const { service, config, journal } = await start();
    writeFileSync(service.configFile, config('new', 'create_ms = 100\n'));
    const reload = service.reloader.request('SIGHUP');
    const waiting = service.reloader.request('SIGHUP');
    await expect.poll(journal).toContain('new begun');
    service.reloader.stop();
    await Promise.all([reload, waiting, service.reloader.request('SIGHUP')]);
    expect(journal().slice(2)).toEqual(['new begun', 'new created', 'new closed']);
    expect(messages(service)).toEqual([]);
    expect(await ask(service)).toBe('old');
  });
});
