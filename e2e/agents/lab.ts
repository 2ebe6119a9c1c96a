import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ScriptedUpstream, startUpstream } from '@lakehouse/provider-testkit';
import { type RunningProgram, startProgram } from '../support/program.js';
import { ollamaStandIn } from '../support/stand-in/ollama.js';
import { openAIStandIn } from '../support/stand-in/openai.js';
import { type Recorder, startRecorder } from './recorder.js';

/** Names that lead to the scenario `agent`, behind each kind of provider. */
export const models = ['lab/agent', 'local/agent'] as const;

export type ModelName = (typeof models)[number];

/** Where one run of an agent takes place. */
export interface Desk {
  readonly home: string;
  readonly workspace: string;
  /** Stands in a file of the workspace. */
  readonly secret: string;
  /** Asks for it. */
  readonly prompt: string;
}

/** chatd in a process of its own, over two stand-ins for upstreams, with a recorder in front. */
export interface AgentLab {
  readonly recorder: Recorder;
  /** The log lines of the model's answers so far. */
  chatLogs(): readonly Readonly<Record<string, unknown>>[];
  upstreamOf(model: ModelName): ScriptedUpstream;
  /** A fresh one, and nothing is recorded yet. */
  createDesk(): Desk;
  close(): Promise<void>;
}

/** The server behind `lab` reasons, and wants its reasoning back as it came, as OpenRouter does. */
const toConfig = (openai: string, ollama: string, aliases: string): string => `
[models]
${aliases}
[chatd]
bind = "127.0.0.1:0"
[chatd.providers.lab]
use = "@lakehouse/provider-openai-compat"
url = "${openai}/v1"
quirks = { reasoning_request = "openrouter-reasoning", reasoning_replay = "reasoning_details" }
[chatd.providers.local]
use = "@lakehouse/provider-ollama"
url = "${ollama}"
`;

/** Starts all of it. `aliases` are lines for the table `[models]`. */
export const startAgentLab = async (aliases = ''): Promise<AgentLab> => {
  const [openai, ollama] = await Promise.all([startUpstream(), startUpstream()]);
  openai.reply(openAIStandIn);
  ollama.reply(ollamaStandIn);
  const chatd: RunningProgram = await startProgram('chatd', toConfig(openai.url, ollama.url, aliases));
  const recorder = await startRecorder(chatd.url);
  const folders: string[] = [];
  let earlier = 0;
  return {
    recorder,
    chatLogs: () =>
      chatd.logs
        .slice(earlier)
        .map(({ line }) => line)
        .filter(({ msg }) => msg === 'chat'),
    upstreamOf: (model) => (model.startsWith('lab/') ? openai : ollama),
    createDesk() {
      recorder.clear();
      openai.clear();
      ollama.clear();
      earlier = chatd.logs.length;
      const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-agent-'));
      folders.push(folder);
      const workspace = path.join(folder, 'workspace');
      const file = path.join(workspace, 'secret.txt');
      const desk = {
        home: path.join(folder, 'home'),
        workspace,
        secret: `secret-${randomBytes(6).toString('hex')}`,
        prompt: `Read the file ${file} and tell me the secret word in it.`,
      };
      mkdirSync(desk.home);
      mkdirSync(workspace);
      writeFileSync(file, `The secret word is ${desk.secret}\n`);
      return desk;
    },
    async close() {
      await recorder.close();
      await chatd.stop();
      await Promise.all([openai.close(), ollama.close()]);
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    },
  };
};
