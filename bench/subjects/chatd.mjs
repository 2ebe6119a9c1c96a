// chatd and the gateway as they are built, with their defaults: policies, validation and logs, which go to a file.
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startNode, stopChild } from '../lib/children.mjs';
import { createFolder, removeFolder } from '../lib/folders.mjs';

const limitMs = 20_000;
const lookMs = 2;
const main = (app) => path.resolve(import.meta.dirname, `../../apps/${app}/dist/main.js`);

const chatdConfig = (standIn) => `
[chatd]
bind = "127.0.0.1:0"
default_provider = "lab"
[chatd.providers.lab]
use = "@lakehouse/provider-openai-compat"
url = "${standIn}/v1"
[chatd.providers.local]
use = "@lakehouse/provider-ollama"
url = "${standIn}"
`;

const gatewayConfig = (chatd) => `
[gateway]
bind = "127.0.0.1:0"
chatd_url = "${chatd}"
`;

/** Where a program says that it listens, once its log has that line. */
const listening = async (child, log) => {
  for (const until = performance.now() + limitMs; performance.now() < until; await sleep(lookMs)) {
    const line = readFileSync(log, 'utf8')
      .split('\n')
      .find((text) => /"msg":"(chatd is )?listening"/.test(text));
    if (line) {
      const { url, bind } = JSON.parse(line);
      return url ?? `http://${bind}`;
    }
    if (child.exitCode !== null)
      throw new Error(`it ended with ${child.exitCode}: ${readFileSync(log, 'utf8')}`);
  }
  throw new Error(`it did not listen within ${limitMs} ms`);
};

const startApp = async (app, config, { nodeArguments, ipc, env } = {}) => {
  const folder = createFolder();
  const file = path.join(folder, 'lakehouse.toml');
  const log = path.join(folder, 'log');
  writeFileSync(file, config);
  const stdout = openSync(log, 'a');
  const startedAt = performance.now();
  const child = startNode(main(app), ['--config', file], { nodeArguments, env, stdout, ipc });
  closeSync(stdout);
  const stop = async () => {
    await stopChild(child);
    removeFolder(folder);
  };
  try {
    const url = await listening(child, log);
    await untilReady(`${url}/${app === 'chatd' ? 'readyz' : 'healthz'}`);
    return { url, pid: child.pid, child, readyMs: performance.now() - startedAt, stop };
  } catch (error) {
    await stop();
    throw new Error(`${app}: ${error.message}`);
  }
};

const untilReady = async (url) => {
  const { ok, status } = await fetch(url, { signal: AbortSignal.timeout(limitMs) });
  if (!ok) throw new Error(`${url} answers ${status}`);
};

/** chatd over both kinds of provider. */
export const startChatd = async (standIn, options) => {
  const chatd = await startApp('chatd', chatdConfig(standIn), options);
  return { ...chatd, pids: [chatd.pid] };
};

/** The gateway in front of a chatd of its own; only the gateway's process is counted. */
export const startGateway = async (standIn) => {
  const chatd = await startChatd(standIn);
  try {
    const gateway = await startApp('gateway', gatewayConfig(chatd.url));
    const stop = async () => {
      await gateway.stop();
      await chatd.stop();
    };
    return { ...gateway, pids: [gateway.pid], pidsBehind: [chatd.pid], stop };
  } catch (error) {
    await chatd.stop();
    throw error;
  }
};
