import { setTimeout as sleep } from 'node:timers/promises';
import { type RecordedRequest, type ScriptedUpstream, startUpstream } from '@lakehouse/provider-testkit';
import { type FaultWall, startFaultWall } from '@lakehouse/provider-testkit/fault-wall';
import { z } from 'zod';
import { startProgram } from '../support/program.js';
import { ollamaStandIn } from '../support/stand-in/ollama.js';
import { openAIStandIn } from '../support/stand-in/openai.js';
import { counted, thought } from '../support/stand-in/scenario.js';

/** A provider package in front of a stand-in, and in front of the fault wall. */
export interface Kind {
  /** Its models are scenarios: `lab/text`. */
  readonly id: string;
  /** Its models are faults: `lab-wall/always-503@key`. */
  readonly wall: string;
  readonly upstream: 'openai' | 'ollama';
  /** Whether the upstream tells cached and reasoning tokens apart, and streams reasoning with a signature. */
  readonly detailed: boolean;
}

/** Its upstream takes all reasoning back; the cloud's package writes a transcript, which has none. */
export const local: Kind = { id: 'local', wall: 'local-wall', upstream: 'ollama', detailed: false };

/** The three kinds of provider that there are. */
export const kinds: readonly Kind[] = [
  { id: 'lab', wall: 'lab-wall', upstream: 'openai', detailed: true },
  local,
  { id: 'cloud', wall: 'cloud-wall', upstream: 'ollama', detailed: false },
];

/** A server that wants its signed reasoning back, as OpenRouter does; its models are scenarios. */
export const signing: Kind = { id: 'signing', wall: 'lab-wall', upstream: 'openai', detailed: true };

/** What an answer of a kind counts: cached tokens are part of the input, reasoning is part of the output. */
export const countedBy = ({ detailed }: Kind) => ({
  input: counted.input + counted.cacheRead,
  output: counted.output + counted.reasoning,
  total: counted.input + counted.cacheRead + counted.output + counted.reasoning,
  ...(detailed && { cached: counted.cacheRead, reasoning: counted.reasoning }),
});

/** chatd in a process of its own, over stand-ins for upstreams and a fault wall in this one. */
export interface ClientLab {
  /** Of chatd. */
  readonly url: string;
  readonly wall: FaultWall;
  upstreamOf(kind: Kind): ScriptedUpstream;
  /** The last request that asked the kind's upstream for an answer. */
  lastRequest(kind: Kind): RecordedRequest;
  close(): Promise<void>;
}

const table = (id: string, use: string, url: string, more = ''): string =>
  `[chatd.providers.${id}]\nuse = "@lakehouse/provider-${use}"\nurl = "${url}"\n${more}`;

const toConfig = (openai: string, ollama: string, wall: string): string => `
[chatd]
bind = "127.0.0.1:0"
default_provider = "lab"
[chatd.retry]
attempts = 2
base_delay = "5ms"
max_delay = "10ms"
max_retry_after = "50ms"
[chatd.breaker]
failures = 0
${table('lab', 'openai-compat', `${openai}/v1`)}
${table('local', 'ollama', ollama)}
${table('cloud', 'ollama-cloud', ollama)}
${table(
  'signing',
  'openai-compat',
  `${openai}/v1`,
  'quirks = { reasoning_request = "openrouter-reasoning", reasoning_replay = "reasoning_details" }\n',
)}
${table('lab-wall', 'openai-compat', `${wall}/v1`)}
${table('local-wall', 'ollama', wall)}
${table('cloud-wall', 'ollama-cloud', wall)}`;

/** How often chatd itself asks an upstream whose failure may pass. */
export const ownAttempts = 2;

/** Starts all of it. */
export const startClientLab = async (): Promise<ClientLab> => {
  const [openai, ollama, wall] = await Promise.all([startUpstream(), startUpstream(), startFaultWall()]);
  openai.reply(openAIStandIn);
  ollama.reply(ollamaStandIn);
  const config = toConfig(openai.url, ollama.url, wall.url);
  const chatd = await startProgram('chatd', config, { OLLAMA_API_KEY: 'any' });
  const upstreamOf = ({ upstream }: Kind): ScriptedUpstream => (upstream === 'openai' ? openai : ollama);
  return {
    url: chatd.url,
    wall,
    upstreamOf,
    lastRequest(kind) {
      const asking = upstreamOf(kind).requests.filter(({ path }) => /chat|generate|embed/.test(path));
      const last = asking.at(-1);
      if (!last) throw new Error(`Nobody has asked the upstream of ${kind.id}`);
      return last;
    },
    async close() {
      await chatd.stop();
      await Promise.all([openai.close(), ollama.close(), wall.close()]);
    },
  };
};

/** What the tools of the scenario `tools` answer, in the order of their calls. */
export const toolResults = { get_weather: '21 degrees in Bern', get_time: '14:03 CET' } as const;

/** What the scenario `tools` says of them. */
export const toolText = `It says: ${Object.values(toolResults).join(' and ')}.`;

/** JSON Schemas of the arguments of those tools. */
export const toolSchemas = {
  get_weather: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  get_time: { type: 'object', properties: { zone: { type: 'string' } }, required: ['zone'] },
} as const;

/** The same as zod schemas. */
export const toolShapes = {
  get_weather: z.object({ city: z.string() }),
  get_time: z.object({ zone: z.string() }),
} as const;

/**
 * What the scenario `reasoning` says once its calls have results, by the id of the kind: each provider gives its upstream
 * what that wants back. `lab` wants only what came as `reasoning_content`, which is not so here.
 */
export const recalled: Readonly<Record<string, string>> = {
  lab: 'It is 42.',
  local: `I remember: ${thought.text}`,
  cloud: `I remember: ${thought.text}`,
  signing: `I remember: ${thought.text} (${thought.signature})`,
};

/** A PNG of one pixel, in base64. */
export const picture =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** What the scenario `image` says of it. */
export const pictureText = `I see 1 image of ${Buffer.from(picture, 'base64').length} bytes.`;

/** All that a stream says. */
export const readAll = async <T>(stream: AsyncIterable<T>): Promise<readonly T[]> => {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
};

/** Milliseconds from the moment in which `leave` was called until the upstream's socket was closed. */
export const closedAfter = async (request: RecordedRequest, leave: () => void): Promise<number> => {
  const left = performance.now();
  leave();
  return (await request.closed) - left;
};

/** The same for a model of the wall, such as `never-answers@key`, once its request has come. */
export const wallClosedAfter = async (wall: FaultWall, model: string, leave: () => void): Promise<number> => {
  const when = async (find: () => number | undefined): Promise<number> => {
    let at = find();
    while (at === undefined) {
      await sleep(2);
      at = find();
    }
    return at;
  };
  await when(() => wall.requests(model)[0]?.arrivedAt);
  const left = performance.now();
  leave();
  return (await when(() => wall.requests(model)[0]?.closedEarlyAt)) - left;
};
