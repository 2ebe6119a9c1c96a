import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { request } from 'undici';
import { createApp } from '../../src/app.js';
import { createDrain, type Drain } from '../../src/drain.js';
import { loadConfig } from '../../src/load.js';
import { createMetrics } from '../../src/metrics/metrics.js';
import { createProviderEnvironment } from '../../src/provider-environment.js';
import { createReloader, type Reloader } from '../../src/reload.js';
import { createRuntime } from '../../src/runtime.js';
import { createRuntimeHolder, type RuntimeHolder } from '../../src/runtime-holder.js';
import { createRuntimeHost } from '../../src/runtime-host.js';
import { close, listen } from '../../src/server.js';

export interface RunningService {
  readonly url: string;
  readonly drain: Drain;
  readonly instanceId: string;
  readonly runtimes: RuntimeHolder;
  readonly reloader: Reloader;
  /** Absolute. */
  readonly configFile: string;
  /** Every log line, parsed. */
  readonly logs: readonly Record<string, unknown>[];
  readonly rawLogs: () => string;
  readonly warnings: readonly string[];
  /** Writes another config and loads it, as a hang-up does. */
  reload(toml: string): Promise<void>;
  close(): Promise<void>;
}

/** A service in this process, on a free port, from the text of a config file in a folder of its own. */
export const startService = async (
  toml: string,
  environment: Record<string, string> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<RunningService> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'chatd-'));
  const file = path.join(folder, 'lakehouse.toml');
  for (const [name, text] of Object.entries({ ...files, 'lakehouse.toml': toml })) {
    writeFileSync(path.join(folder, name), text);
  }
  const load = { config: file, bind: '127.0.0.1:0', environment, cwd: folder };
  const config = loadConfig(load);
  const lines: string[] = [];
  const log = pino({ base: null }, { write: (line: string) => lines.push(line) });
  const warnings: string[] = [];
  const runtime = await createRuntime(config, {
    ...createProviderEnvironment(environment, log),
    warn: (message) => warnings.push(message),
  });
  const runtimes = createRuntimeHolder(runtime, { log });
  const drain = createDrain();
  const metrics = createMetrics();
  const instanceId = crypto.randomUUID();
  const { server, url } = await listen(createApp({ runtimes, drain, log, metrics, instanceId }), config.bind);
  const host = createRuntimeHost({
    runtimes,
    log,
    environment: () => createProviderEnvironment(environment, log),
  });
  const reloader = createReloader({ load, host, url, log });
  return {
    url,
    drain,
    instanceId,
    runtimes,
    reloader,
    configFile: file,
    get logs() {
      return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    },
    rawLogs: () => lines.join(''),
    warnings,
    async reload(text) {
      writeFileSync(file, text);
      await reloader.request('SIGHUP');
    },
    async close() {
      reloader.stop();
      await close(server);
      await runtimes.close();
      rmSync(folder, { recursive: true });
    },
  };
};

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
  readonly json: <T = Record<string, unknown>>() => T;
}

export interface PostOptions {
  readonly headers?: Record<string, string>;
  readonly path?: string;
}

/** Posts JSON, or a body as it is. */
export const post = async (
  service: Pick<RunningService, 'url'>,
  body: unknown,
  { headers = {}, path: route = '/v1/chat' }: PostOptions = {},
): Promise<Answer> => {
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  const answer = await request(`${service.url}${route}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: raw ? body : JSON.stringify(body),
  });
  const text = await answer.body.text();
  return { status: answer.statusCode, headers: answer.headers, text, json: <T>() => JSON.parse(text) as T };
};

export const get = async (
  service: Pick<RunningService, 'url'>,
  route: string,
  method: 'GET' | 'HEAD' | 'POST' | 'DELETE' = 'GET',
): Promise<Answer> => {
  const answer = await request(`${service.url}${route}`, { method });
  const text = await answer.body.text();
  return { status: answer.statusCode, headers: answer.headers, text, json: <T>() => JSON.parse(text) as T };
};

/** The objects of an event stream, comments left out. */
export const readEvents = (text: string): readonly Record<string, unknown>[] =>
  text
    .split('\n\n')
    .filter((frame) => frame.startsWith('data: '))
    .map((frame) => JSON.parse(frame.slice('data: '.length)) as Record<string, unknown>);
