import { type FaultWall, startFaultWall } from '@lakehouse/provider-testkit/fault-wall';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Caller, createCaller, type Wire } from '../reliability/ask.js';
import { type RunningProgram, startProgram } from '../support/program.js';

let wall: FaultWall;
let chatd: RunningProgram;
let caller: Caller;

const provider = (id: string, use: string, url: string, more = ''): string =>
  `[chatd.providers.${id}]\nuse = "@lakehouse/provider-${use}"\nurl = "${url}"\n${more}`;

/** Every model fails, and no target is asked twice, so that a trail is the whole chain. */
const config = (url: string): string => `
[chatd]
bind = "127.0.0.1:0"
default_provider = "lab"
[chatd.retry]
attempts = 1
[chatd.breaker]
failures = 0
${provider('lab', 'openai-compat', `${url}/v1`)}
${provider('local', 'ollama', url)}
${provider('ollama_cloud', 'ollama-cloud', url)}
${provider('keyless', 'openai-compat', `${url}/v1`, 'key_env = "NOBODY_HAS_THIS_KEY"\n')}
${provider('shy', 'openai-compat', `${url}/v1`, 'breaker = { failures = 1, cooldown = "1h" }\n')}
[models]
alias = "local/always-500@alias"
list = ["lab/always-503@list", "local/always-500@list", "ollama_cloud/always-500@list"]
tagged = ["always-500@tagged:cloud", "lab/html-page@tagged"]
nested = ["list", "alias", "lab/wrong-key@nested"]
weighted = { targets = [{ model = "lab/always-500@w1", weight = 3 }, { model = "local/always-500@w2" }, "alias"], strategy = "weighted" }
busy = { targets = ["lab/always-503@b1", "local/always-503@b2"], strategy = "least-busy" }
quick = { targets = ["lab/always-500@q1", "local/always-500@q2"], strategy = "latency" }
"balanced inside" = ["lab/always-500@before", "weighted", "local/always-500@after"]
hedged = { targets = ["lab/always-500@h1", "local/always-500@h2"], hedge = "10s" }
held = { targets = ["lab/always-500@d1", "local/cut-in-the-middle@d2"], delivery = "buffered" }
"without a key" = ["lab/always-500@k1", "keyless/healthy@k2", "local/always-500@k3"]
"only without a key" = "keyless/healthy"
"open circuit" = ["shy/always-500@open", "lab/always-500@o2"]
`;

beforeAll(async () => {
  wall = await startFaultWall();
  chatd = await startProgram('chatd', config(wall.url), { OLLAMA_API_KEY: 'any' });
  caller = createCaller(chatd.url);
});
afterAll(async () => {
  await caller.close();
  await chatd.stop();
  await wall.close();
});

interface Target {
  readonly name: string;
  readonly skipped?: unknown;
}

/** The members of a balanced group have no order: they are compared by name. */
type Chain = readonly (readonly Target[])[];

const byName = (one: Target, other: Target): number => (one.name < other.name ? -1 : 1);

const listOf = (value: unknown): readonly Wire[] => (Array.isArray(value) ? (value as Wire[]) : []);

/** What `POST /v1/chat/resolve` says: plain groups have one target each. */
const predict = async (model: string): Promise<Chain> => {
  const { chain } = await caller.json('/v1/chat/resolve', { model });
  const groups = Map.groupBy(listOf(chain).entries(), ([index, { group }]) =>
    group === undefined ? `in order ${index}` : `balanced ${JSON.stringify(group)}`,
  );
  return [...groups.values()].map((entries) =>
    entries
      .map(([, { provider: id, model: name, skipped }]) => ({
        name: `${String(id)}/${String(name)}`,
        ...(skipped !== undefined && { skipped }),
      }))
      .sort(byName),
  );
};

/** The trail of a request in which every target fails, cut as the prediction is. */
const observe = async (model: string, stream: boolean, sizes: readonly number[]): Promise<Chain> => {
  const { status, body } = await caller.ask({ model, stream });
  expect(status).toBeGreaterThanOrEqual(400);
  const trail = listOf((body?.error as Wire | undefined)?.attempts).map((attempt): Target => {
    const { provider: id, model: name, outcome, code } = attempt;
    return { name: `${String(id)}/${String(name)}`, ...(outcome === 'skipped' && { skipped: code }) };
  });
  let position = 0;
  const groups = sizes.map((size) => {
    position += size;
    return trail.slice(position - size, position).sort(byName);
  });
  return position < trail.length ? [...groups, trail.slice(position)] : groups;
};

it.each([
  ['a model of a provider', 'local/always-500@plain', 1],
  ['a bare name', 'always-500@bare', 1],
  ['a tag', 'always-500@tag:cloud', 1],
  ['a name for one model', 'alias', 1],
  ['a list', 'list', 3],
  ['a list with a tag in it', 'tagged', 2],
  ['a list of lists', 'nested', 5],
  ['a weighted tier', 'weighted', 3],
  ['a least-busy tier', 'busy', 2],
  ['a tier by latency', 'quick', 2],
  ['a balanced tier inside of a list', 'balanced inside', 5],
  ['a hedged tier', 'hedged', 2],
  ['a held tier', 'held', 2],
  ['a target without its key', 'without a key', 3],
  ['nothing but a target without its key', 'only without a key', 1],
])('%s is asked as it is predicted', async (_, model, targets) => {
  const predicted = await predict(model);
  expect(predicted.flat()).toHaveLength(targets);
  const sizes = predicted.map(({ length }) => length);
  for (const stream of [false, true, false]) expect(await observe(model, stream, sizes)).toEqual(predicted);
});

it('a tag leads to the cloud without its mark, and a bare name to the default provider', async () => {
  expect(await predict('always-500@tag:cloud')).toEqual([[{ name: 'ollama_cloud/always-500@tag' }]]);
  expect(await predict('always-500@bare')).toEqual([[{ name: 'lab/always-500@bare' }]]);
});

it('a target whose key is missing is predicted, and is, passed over', async () => {
  expect((await predict('without a key'))[1]).toEqual([
    { name: 'keyless/healthy@k2', skipped: 'provider-unavailable' },
  ]);
  expect(wall.requests('healthy@k2')).toEqual([]);
});

it('a target is asked as it is predicted, and passed over as it is predicted once its circuit is open', async () => {
  const closed = await predict('open circuit');
  expect(closed).toEqual([[{ name: 'shy/always-500@open' }], [{ name: 'lab/always-500@o2' }]]);
  expect(await observe('open circuit', false, [1, 1])).toEqual(closed);

  const open = await predict('open circuit');
  expect(open).toEqual([
    [{ name: 'shy/always-500@open', skipped: 'overloaded' }],
    [{ name: 'lab/always-500@o2' }],
  ]);
  for (const stream of [false, true]) expect(await observe('open circuit', stream, [1, 1])).toEqual(open);
  expect(wall.requests('always-500@open')).toHaveLength(1);
});
