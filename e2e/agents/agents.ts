import { existsSync } from 'node:fs';
import path from 'node:path';

/** A command-line agent as npm installs it. */
interface Agent {
  readonly package: string;
  /** Pinned: another version may send something else. */
  readonly version: string;
  /** Its name in `node_modules/.bin`. */
  readonly command: string;
  /** Whether its package has a script to run after the install, without which it does not start. */
  readonly installScript: boolean;
}

export const agents = {
  pi: { package: '@mariozechner/pi-coding-agent', version: '0.73.1', command: 'pi', installScript: false },
  codex: { package: '@openai/codex', version: '0.171.0', command: 'codex', installScript: false },
  claude: {
    package: '@anthropic-ai/claude-code',
    version: '2.1.332',
    command: 'claude',
    installScript: true,
  },
  qwen: { package: '@qwen-code/qwen-code', version: '0.24.4', command: 'qwen', installScript: false },
} as const satisfies Readonly<Record<string, Agent>>;

export type AgentName = keyof typeof agents;

const names = Object.keys(agents) as readonly AgentName[];

const isAgentName = (name: string): name is AgentName => Object.hasOwn(agents, name);

/** Those that `E2E_AGENTS` asks for: `1` for all, or names with commas between them. Throws for a name that is none. */
export const askedAgents = ({ E2E_AGENTS = '' }: NodeJS.ProcessEnv): readonly AgentName[] => {
  if (E2E_AGENTS === '1') return names;
  return E2E_AGENTS.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== '0')
    .map((name) => {
      if (isAgentName(name)) return name;
      throw new Error(`E2E_AGENTS takes 1, or some of ${names.join(', ')} with commas; not "${name}"`);
    });
};

/** Where an agent is installed; Git ignores the place. */
export const folderOf = (name: AgentName): string =>
  path.join(import.meta.dirname, '../node_modules/.agents', `${name}-${agents[name].version}`);

/** The file to run; it may not be there. */
export const executableOf = (name: AgentName): string =>
  path.join(folderOf(name), 'node_modules/.bin', agents[name].command);

export const isInstalled = (name: AgentName): boolean => existsSync(executableOf(name));
