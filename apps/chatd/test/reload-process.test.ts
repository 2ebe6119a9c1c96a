import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { journalPlugin, readJournal } from './support/journal-plugin.js';
import { folderWith } from './support/plugin-folder.js';
import { runMain, startMain } from './support/process.js';
import { post, readEvents } from './support/service.js';

const prepare = (extra = '') => {
  const folder = folderWith({ 'journal.mjs': journalPlugin });
  const [file, journal] = [path.join(folder, 'lakehouse.toml'), path.join(folder, 'journal')];
  const config = (says: string, more = '') =>
    `[chatd]\ndefault_provider = "main"\n[chatd.providers.main]\nuse = "./journal.mjs"\njournal = ${JSON.stringify(journal)}\nsays = "${says}"\n${more}`;
  /** As editors write: another file takes the place. */
  const write = (text: string): void => {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  };
  write(config('old', extra));
  return { folder, config, write, journal: () => readJournal(journal) };
};

const ask = (service: { readonly url: string }, times = 1, stream = false) =>
  post(service, { model: `main/${times}`, stream, messages: [{ role: 'user', content: 'hi' }] });

const answer = async (service: { readonly url: string }) => (await ask(service)).json().content;

describe('SIGHUP', () => {
  it('loads the config anew while a stream runs, which ends on the old provider before that is closed', async () => {
    const { folder, config, write, journal } = prepare();
    const service = await startMain(folder);
    const running = ask(service, 40, true);
    await expect.poll(journal).toContain('old asked');
    write(config('new'));
    service.child.kill('SIGHUP');
    await service.until(
      /"trigger":"SIGHUP".*"providers":\["main"\],"default_provider":"main".*config reloaded/,
    );
    expect(await answer(service)).toBe('new');
    expect(journal()).not.toContain('old closed');
    const events = readEvents((await running).text);
    expect(events.map(({ delta = '' }) => delta).join('')).toBe('old'.repeat(40));
    expect(events.at(-1)).toMatchObject({ type: 'response_end' });
    await expect.poll(journal).toContain('old closed');
    expect(journal().slice(-2)).toEqual(['old unwound', 'old closed']);
  });

  it('of a file that is wrong names the place, and the old config keeps serving', async () => {
    const { folder, config, write } = prepare();
    const service = await startMain(folder);
    write(config('new').replace('default_provider', 'default_provder'));
    service.child.kill('SIGHUP');
    await service.until(/"level":50.*lakehouse\.toml:2:1: chatd\.default_provder: unknown key; did you mean/);
    await service.until(/"level":50.*the config is not loaded; the old one keeps serving/);
    expect(await answer(service)).toBe('old');
  });

  it('before the service is ready does not end it, and is one reload afterwards', async () => {
    const { folder, journal } = prepare('create_ms = 300\n');
    const starting = runMain(['--bind', '127.0.0.1:0'], folder);
    await expect.poll(journal, { timeout: 5000 }).toContain('old begun');
    starting.child.kill('SIGHUP');
    starting.child.kill('SIGHUP');
    await starting.until(/chatd is listening(.|\n)*config reloaded/);
    expect(journal().filter((line) => line === 'old created')).toHaveLength(2);
  });
});

describe('a file that changes', () => {
  it('is loaded without a signal, a wrong one too, once each', async () => {
    const { folder, config, write, journal } = prepare();
    const service = await startMain(folder);
    write(config('new', 'x = yes\n'));
    await service.until(/lakehouse\.toml:7:5: not valid TOML(.|\n)*keeps serving/);
    expect(await answer(service)).toBe('old');
    write(config('new'));
    await service.until(/"trigger":"file changed".*config reloaded/);
    expect(await answer(service)).toBe('new');
    expect(journal().filter((line) => line.endsWith(' created'))).toEqual(['old created', 'new created']);
    expect(service.output().stdout.match(/keeps serving/g)).toHaveLength(1);
  });
});

describe('a service that stops', () => {
  it('closes every runtime: that of a running stream, the current one, and one that is only being made', async () => {
    const { folder, config, write, journal } = prepare();
    const service = await startMain(folder);
    const running = ask(service, 40, true);
    await expect.poll(journal).toContain('old asked');
    write(config('new'));
    service.child.kill('SIGHUP');
    await service.until(/config reloaded/);
    write(config('late', 'create_ms = 200\n'));
    service.child.kill('SIGHUP');
    await expect.poll(journal).toContain('late begun');
    service.child.kill('SIGTERM');
    await service.until(/chatd is stopping/);
    service.child.kill('SIGHUP');
    expect(readEvents((await running).text).at(-1)).toMatchObject({ type: 'response_end' });
    expect(await service.exited).toBe(0);
    const closed = journal().filter((line) => line.endsWith(' closed'));
    expect(closed.toSorted()).toEqual(['late closed', 'new closed', 'old closed']);
    expect(service.output().stdout.match(/config reloaded/g)).toHaveLength(1);
  });

  it('takes as long as the config of its last reload allows', async () => {
    const { folder, config, write, journal } = prepare();
    const service = await startMain(folder);
    write(config('new').replace('[chatd]\n', '[chatd]\ndrain_timeout = "100ms"\n'));
    service.child.kill('SIGHUP');
    await service.until(/config reloaded/);
    const running = ask(service, 500, true);
    await expect.poll(journal).toContain('new asked');
    const asked = performance.now();
    service.child.kill('SIGTERM');
    expect(await service.exited).toBe(0);
    expect(performance.now() - asked).toBeLessThan(5000);
    expect(readEvents((await running).text).at(-1)).toMatchObject({ type: 'error' });
  });
});
