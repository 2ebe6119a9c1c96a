import { afterAll, beforeAll, describe, expect } from 'vitest';
import { thought } from '../support/stand-in/scenario.js';
import { type AgentName, agents, isInstalled } from './agents.js';
import { type AgentLab, type Desk, type ModelName, startAgentLab } from './lab.js';
import { type AgentRun, runAgent } from './run-agent.js';

/** What became of one run, once it is clear that nothing went wrong. */
interface Outcome {
  /** Paths of the agent's requests, with the query. */
  readonly paths: readonly string[];
  /** Their bodies. */
  readonly bodies: readonly string[];
  /** What chatd warned of in any of them: each parameter once, in the order of the alphabet. */
  readonly warned: readonly string[];
  /** Whether the upstream got its own reasoning back with the tool's result, signature and all. */
  readonly reasoningCameBack: boolean;
}

/** Sets the agent up at its desk, for a chatd at `url`. */
type Prepare = (desk: Desk, url: string) => Pick<AgentRun, 'parameters' | 'environment'>;

/** Has the agent read the secret with a tool, over a model. Fails where anything went wrong. */
type ReadSecret = (model: ModelName, prepare: Prepare) => Promise<Outcome>;

interface Message {
  readonly role: string;
  readonly content?: unknown;
}

const readSecretIn = async (
  lab: AgentLab,
  name: AgentName,
  model: ModelName,
  prepare: Prepare,
): Promise<Outcome> => {
  const desk = lab.createDesk();
  const { recorder } = lab;
  const { code, output, complaints } = await runAgent(name, { ...desk, ...prepare(desk, recorder.url) });
  const { exchanges } = recorder;
  expect(code, complaints).toBe(0);
  expect(output, complaints).toContain(desk.secret);
  // The prompt, then the tool's result: nothing was refused, and nothing had to be repeated.
  expect(exchanges.map(({ status }) => status)).toEqual([200, 200]);
  await expect.poll(() => lab.chatLogs().map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
  const { messages } = JSON.parse(lab.upstreamOf(model).requests.at(-1)?.text ?? '{}') as {
    readonly messages: readonly Message[];
  };
  expect(messages.at(-1)?.role).toBe('tool');
  expect(messages.at(-1)?.content).toContain(desk.secret);
  return {
    paths: exchanges.map(({ path }) => path),
    bodies: exchanges.map(({ body }) => body),
    warned: [
      ...new Set(exchanges.flatMap(({ warnings }) => warnings.map(({ parameter = '' }) => parameter))),
    ].sort(),
    reasoningCameBack: JSON.stringify(messages).includes(thought.signature),
  };
};

/** The tests of one agent, which must be installed. `aliases` are lines for chatd's table `[models]`. */
export const describeAgent = (
  name: AgentName,
  tests: (readSecret: ReadSecret) => void,
  aliases = '',
): void => {
  describe(`${name} ${agents[name].version}`, () => {
    let lab: AgentLab;
    beforeAll(async () => {
      if (!isInstalled(name))
        throw new Error(`Install it first: E2E_AGENTS=${name} node e2e/agents/install.mjs`);
      lab = await startAgentLab(aliases);
    });
    afterAll(() => lab?.close());
    tests((model, prepare) => readSecretIn(lab, name, model, prepare));
  });
};
