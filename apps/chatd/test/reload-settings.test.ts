import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadConfig } from '../src/load.js';
import { createProviderEnvironment } from '../src/provider-environment.js';
import { createReloader, type ReloaderOptions } from '../src/reload.js';
import { createRuntime } from '../src/runtime.js';
import { createRuntimeHolder } from '../src/runtime-holder.js';
import { createRuntimeHost } from '../src/runtime-host.js';
import { journalPlugin } from './support/journal-plugin.js';
import { echoPlugin, folderWith } from './support/plugin-folder.js';
import { temporaryFolder } from './support/temporary-folder.js';

const echo = '[chatd.providers.echo]\nuse = "./echo.mjs"\n';
const compatible =
  '[chatd.providers.lab]\nuse = "@lakehouse/provider-openai-compat"\nurl = "http://127.0.0.1:9/v1"\n';

/** A reloader without a server around it; `toml` absent means development mode. */
const start = async (toml?: string, more: Pick<ReloaderOptions, 'slowMs'> = {}) => {
  const folder = folderWith({
    'echo.mjs': echoPlugin,
    'journal.mjs': journalPlugin,
    ...(toml !== undefined && { 'lakehouse.toml': toml }),
  });
  const load = { environment: {}, cwd: folder };
  const logs: Record<string, unknown>[] = [];
  const log = pino({ base: null }, { write: (line: string) => logs.push(JSON.parse(line)) });
  const first = await createRuntime(loadConfig(load), { environment: {}, warn: () => undefined });
  const runtimes = createRuntimeHolder(first, { log });
  onTestFinished(() => runtimes.close());
  const environment = () => createProviderEnvironment({}, log);
  const host = createRuntimeHost({ runtimes, log, environment });
  const reloader = createReloader({ load, host, log, url: 'http://127.0.0.1:1', ...more });
  const reload = async (text?: string): Promise<void> => {
    if (text !== undefined) writeFileSync(path.join(folder, 'lakehouse.toml'), text);
    await reloader.request('SIGHUP');
  };
  return {
    folder,
    first,
    runtimes,
    reload,
    warnings: () => logs.filter(({ level }) => level === 40).map(({ msg }) => msg),
    logs,
  };
};

const named = (settings: string) => `[chatd]\ndefault_provider = "echo"\n${settings}\n${echo}`;

describe('settings that need a restart', () => {
  it('are warned of, and everything else of that config takes effect', async () => {
    const { runtimes, reload, warnings } = await start(named('bind = "127.0.0.1:1"'));
    await reload(named('bind = "127.0.0.1:2"\nlog_format = "pretty"\ntimeout = "7s"'));
    expect(warnings()).toEqual([
      'bind needs a restart; still listening on http://127.0.0.1:1',
      'log_format needs a restart; the log is still written as "auto"',
    ]);
    expect(runtimes.current.config.totalMs).toBe(7000);
  });

  it('are compared with what the process was started with', async () => {
    const { reload, warnings } = await start(named('bind = "127.0.0.1:1"'));
    await reload(named('bind = "127.0.0.1:2"'));
    await reload(named('bind = "127.0.0.1:1"'));
    expect(warnings()).toHaveLength(1);
  });
});

describe('what takes effect at once', () => {
  it('the time that a stop may take', async () => {
    const { runtimes, reload } = await start(named('drain_timeout = "1s"'));
    await reload(named('drain_timeout = "2s"'));
    expect(runtimes.current.config.drainMs).toBe(2000);
  });

  it('a key in a file that the config names, with an unchanged config', async () => {
    const file = path.join(temporaryFolder(), 'lab.env');
    const keys = `key_env = "LAB_KEY"\nkey_file = ${JSON.stringify(file)}\n`;
    const { runtimes, reload } = await start(`${compatible}${keys}`);
    const key = () => runtimes.current.instances.get('lab')?.provider.credential?.present;
    expect(key()).toBe(false);
    writeFileSync(file, 'LAB_KEY=k\n');
    await reload();
    expect(key()).toBe(true);
  });
});

describe('what belongs to the process', () => {
  it('outlives the swap: calls on the old config hold their places, and the new limits count for them', async () => {
    const { first, runtimes, reload } = await start(named(''));
    await reload(named('limits = { max_concurrent = 3 }'));
    expect(runtimes.current).not.toBe(first);
    expect(runtimes.current.limits).toBe(first.limits);
    await reload(named('timeout = 3'));
    expect(runtimes.current.config.limits.maxConcurrent).toBe(3);
  });
});

describe('a provider that takes long to be created', () => {
  it('is told of, and takes over when it is ready', async () => {
    const { runtimes, reload, warnings } = await start(named(''), { slowMs: 20 });
    const journal = path.join(temporaryFolder(), 'journal');
    const slow = `[chatd.providers.slow]\nuse = "./journal.mjs"\njournal = ${JSON.stringify(journal)}\nsays = "slow"\ncreate_ms = 100\n`;
    await reload(named('') + slow);
    expect(warnings()).toEqual(['the new config still waits for its providers; the old one keeps serving']);
    expect([...runtimes.current.instances.keys()]).toEqual(['echo', 'slow']);
    await reload(named(''));
    await sleep(50);
    expect(warnings()).toHaveLength(1);
  });
});

describe('development mode', () => {
  it('is built anew, and gives way to a file that appears; a file never gives way to it', async () => {
    const { folder, first, runtimes, reload, logs } = await start();
    await reload();
    expect(runtimes.current).not.toBe(first);
    expect(runtimes.current.config.file).toBeUndefined();
    expect(logs.at(-1)).toMatchObject({ msg: 'config reloaded', config: 'none (development mode)' });
    await reload(named(''));
    const file = path.join(folder, 'lakehouse.toml');
    expect(runtimes.current.config.file).toBe(file);
    rmSync(file);
    await reload();
    expect(runtimes.current.config.file).toBe(file);
    expect(logs.map(({ msg }) => msg)).toContain(`${file}: there is no such file any more`);
  });
});
