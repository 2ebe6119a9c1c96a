import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const main = path.resolve(import.meta.dirname, '../../apps/chatd/dist/main.js');
const probe = path.resolve(import.meta.dirname, 'probe.mjs');

/** Those that are in use and those that nothing waits for; undefined where the system does not say. */
const countSockets = (pid) => {
  try {
    return readdirSync(`/proc/${pid}/fd`).filter((file) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${file}`).startsWith('socket:');
      } catch {
        return false; // closed while we looked
      }
    }).length;
  } catch {
    return undefined;
  }
};

/** What the log told, without its lines. */
const createLogCounts = () => {
  const counts = { chats: 0, reloaded: 0, refused: 0, outcomes: {}, defects: [], inFlightAtStop: undefined };
  return {
    counts,
    take(line) {
      if (line.msg === 'chat') {
        counts.chats += 1;
        counts.outcomes[line.outcome] = (counts.outcomes[line.outcome] ?? 0) + 1;
      }
      if (line.msg === 'config reloaded') counts.reloaded += 1;
      if (String(line.msg).startsWith('the config is not loaded')) counts.refused += 1;
      if (line.defect !== undefined) counts.defects.push(line);
      if (line.in_flight !== undefined) counts.inFlightAtStop = line.in_flight;
    },
  };
};

/** Starts chatd in a process of its own, with a probe that answers what it holds. */
export const startChatd = async (config) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'soak-'));
  const file = path.join(folder, 'lakehouse.toml');
  writeFileSync(file, config);
  const child = spawn(process.execPath, ['--expose-gc', '--import', probe, main, '--config', file], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, OLLAMA_API_KEY: 'any' },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const log = createLogCounts();
  const closed = once(child, 'close');
  const listening = Promise.withResolvers();
  void closed.then(([code]) => listening.reject(new Error(`chatd ended with ${code} before it listened`)));
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = JSON.parse(text);
    if (line.url !== undefined) listening.resolve(line.url);
    log.take(line);
  });
  const url = await listening.promise;

  return {
    url,
    log: log.counts,
    /** Memory in bytes, resources and sockets; `collect` asks for a garbage collection before. */
    async sample({ collect = false } = {}) {
      if (!child.connected) throw new Error('chatd has ended by itself');
      child.send({ collect });
      const [answer] = await once(child, 'message', { signal: AbortSignal.timeout(10_000) });
      return { ...answer, sockets: countSockets(child.pid), at: performance.now() };
    },
    /** Writes another config and resolves when chatd has said what it makes of it. */
    async reload(next) {
      const { counts } = log;
      const before = counts.reloaded + counts.refused;
      writeFileSync(file, next);
      child.kill('SIGHUP');
      for (let turn = 0; turn < 500 && counts.reloaded + counts.refused === before; turn += 1)
        await sleep(20);
    },
    /** Resolves with the exit code, or the signal that had ended it before; undefined when it did not stop in time. */
    async stop(limitMs) {
      const { signalCode } = child;
      child.kill('SIGTERM');
      const ended = await Promise.race([closed, sleep(limitMs, undefined, { ref: false })]);
      child.kill('SIGKILL');
      await closed;
      rmSync(folder, { recursive: true, force: true });
      return signalCode ?? ended?.[0] ?? undefined;
    },
  };
};
