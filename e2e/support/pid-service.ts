import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { askFresh, getFresh, together } from './fresh-calls.js';
import { pidPlugin } from './pid-plugin.js';
import { type RunningProgram, startProgram } from './program.js';

/** The config of a service whose answers tell which process gave them. */
export const pidConfig = (chatd: string, provider = ''): string =>
  `[chatd]\nbind = "127.0.0.1:0"\ndefault_provider = "pid"\n${chatd}\n[chatd.providers.pid]\nuse = "./pid.mjs"\n${provider}\n`;

/** The files beside that config. */
const pidFiles = { 'pid.mjs': pidPlugin };

/** A folder with a config and those files, for a chatd that a test starts in it; it is gone with the test. */
export const makePidFolder = (toml: string): string => {
  const folder = mkdtempSync(path.join(tmpdir(), 'chatd-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries({ ...pidFiles, 'lakehouse.toml': toml }))
    writeFileSync(path.join(folder, name), content);
  return folder;
};

/** Starts it; it is stopped with the test. */
export const startPidService = async (chatd: string, provider = ''): Promise<RunningProgram> => {
  const service = await startProgram('chatd', pidConfig(chatd, provider), {}, { files: pidFiles });
  onTestFinished(() => service.stop());
  return service;
};

/** What an answer says before the id of its process, and the id. */
export const readPid = (text: string): { readonly says: string; readonly pid: number } => {
  const [, says = '', pid] = /"([a-z]+) (\d+)/.exec(text) ?? [];
  return { says, pid: Number(pid) };
};

/** Asks so often that each of a few processes has its turn. */
export const askAll = async (
  service: RunningProgram,
): Promise<{ readonly pids: ReadonlySet<number>; readonly says: ReadonlySet<string> }> => {
  const answers = (await together(9, () => askFresh(service, 'pid/0'))).map(({ text }) => readPid(text));
  return { pids: new Set(answers.map(({ pid }) => pid)), says: new Set(answers.map(({ says }) => says)) };
};

/** How many requests are under way in all processes. */
export const inFlight = async (service: RunningProgram): Promise<number | undefined> => {
  const { providers } = await getFresh<{ providers: readonly { in_flight: number }[] }>(
    service,
    '/v1/chat/providers',
  );
  return providers[0]?.in_flight;
};

export const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** The lines of its log with this message, or one that matches. */
export const linesOf = (
  { logs }: RunningProgram,
  msg: string | RegExp,
): readonly Readonly<Record<string, unknown>>[] =>
  logs.map(({ line }) => line).filter((line) => String(line.msg).match(msg) !== null);
