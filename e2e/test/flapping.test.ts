import { setTimeout as sleep } from 'node:timers/promises';
import { type FaultWall, startFaultWall } from '@lakehouse/provider-testkit/fault-wall';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type Caller, createCaller, type Wire } from '../reliability/ask.js';
import { type RunningProgram, startProgram } from '../support/program.js';

const windowMs = 2000;
const cooldownMs = 300;

/** A primary that goes down and comes back, a spare that is well, and a chatd in a process of its own. */
let wall: FaultWall;
let chatd: RunningProgram;
let caller: Caller;

const config = (url: string): string => `
[chatd]
bind = "127.0.0.1:0"
default_provider = "spare"
[chatd.retry]
base_delay = "20ms"
max_delay = "100ms"
[chatd.breaker]
failures = 3
window = "${windowMs}ms"
cooldown = "${cooldownMs}ms"
[chatd.providers.primary]
use = "@lakehouse/provider-openai-compat"
url = "${url}/v1"
[chatd.providers.spare]
use = "@lakehouse/provider-ollama"
url = "${url}"
[models]
"over flapping" = ["primary/flapping@a", "spare/healthy@a"]
"over flapping-503" = ["primary/flapping-503@a", "spare/healthy@b"]
`;

beforeAll(async () => {
  wall = await startFaultWall();
  chatd = await startProgram('chatd', config(wall.url));
  caller = createCaller(chatd.url);
});
afterAll(async () => {
  await caller.close();
  await chatd.stop();
  await wall.close();
});

/** Whole and streamed in turn. */
const ask = (model: string, number: number): Promise<Answer> =>
  caller.ask({ model, stream: number % 2 === 1 });

/** The facts of an answer: all of the body, or the last event. */
const factsOf = ({ body, events }: Answer): Wire => body ?? events.at(-1) ?? {};

const circuitOf = async (model: string): Promise<unknown> => {
  const { providers } = (await caller.json('/v1/chat/providers')) as {
    providers: readonly { id: string; circuits?: readonly { model: string }[] }[];
  };
  return providers.find(({ id }) => id === 'primary')?.circuits?.find((circuit) => circuit.model === model);
};

describe.each([
  ['flapping', 'unreachable'],
  ['flapping-503', 'overloaded'],
])('%s', (fault, code) => {
  const tier = `over ${fault}`;
  const model = `${fault}@a`;
  const refusals = (): readonly number[] =>
    wall.requests(model).flatMap(({ refused, arrivedAt }) => (refused ? [arrivedAt] : []));

  const answers: Answer[] = [];

  it('while the primary is down, all of twenty requests are answered by the spare', async () => {
    wall.setDown(model, true);
    answers.push(await ask(tier, 0)); // opens the circuit
    expect(refusals()).toHaveLength(3);
    expect(await circuitOf(model)).toMatchObject({ state: 'open', failures: 3, last_code: code });
    const { chain } = (await caller.json('/v1/chat/resolve', { model: tier })) as { chain: readonly Wire[] };
    expect(chain).toMatchObject([{ provider: 'primary', skipped: 'overloaded' }, { provider: 'spare' }]);
    expect(chain[1]).not.toHaveProperty('skipped');
    for (let sent = 1; sent < 20; ) {
      const together = Math.min(5, 20 - sent);
      const first = sent;
      answers.push(
        ...(await Promise.all(Array.from({ length: together }, (_, index) => ask(tier, first + index)))),
      );
      sent += together;
      await sleep(cooldownMs * 1.2);
    }
    expect(answers).toHaveLength(20);
    for (const { status, headers } of answers) {
      expect([status, headers['x-chatd-provider']]).toEqual([200, 'spare']);
    }
  });

  it('most of them without a call of the primary, which the trail tells', () => {
    const skipped = answers.filter(({ headers }) => headers['x-chatd-attempts'] === '1');
    expect(skipped.length).toBeGreaterThanOrEqual(12);
    for (const answer of skipped) {
      expect(factsOf(answer).attempts).toMatchObject([
        { provider: 'primary', outcome: 'skipped', code: 'overloaded' },
        { provider: 'spare', outcome: 'ok' },
      ]);
    }
  });

  it('one probe at a time asks whether the primary is back, and at most one in each cooldown', () => {
    const [, , last = 0, ...probes] = refusals();
    expect(probes.length).toBeGreaterThanOrEqual(2);
    for (const [index, probe] of probes.entries()) {
      expect(probe - (probes[index - 1] ?? last)).toBeGreaterThan(cooldownMs - 5);
    }
    const called = answers.reduce((sum, { headers }) => sum + Number(headers['x-chatd-attempts']), 0);
    expect(refusals().length + answers.length).toBe(called);
  });

  it('when the primary is back, it is asked again within the window of the breaker', async () => {
    wall.setDown(model, false);
    const back = performance.now();
    let answer = await ask(tier, 0);
    while (answer.headers['x-chatd-provider'] !== 'primary' && performance.now() - back < windowMs) {
      await sleep(20);
      answer = await ask(tier, 0);
    }
    expect(performance.now() - back).toBeLessThan(windowMs);
    const afterwards = await Promise.all(Array.from({ length: 6 }, (_, index) => ask(tier, index)));
    for (const { status, headers } of [answer, ...afterwards]) {
      expect([status, headers['x-chatd-provider']]).toEqual([200, 'primary']);
    }
    expect(await circuitOf(model)).toBeUndefined();
  });

  it('the log tells each change of the circuit', async () => {
    const changes = (): readonly string[] =>
      chatd.logs.flatMap(({ line }) => {
        const [, state] = /^a circuit is ([a-z-]+)/.exec(String(line.msg)) ?? [];
        return state !== undefined && line.provider === 'primary' && line.model === model ? [state] : [];
      });
    await expect.poll(() => changes().at(-1)).toBe('closed');
    const told = changes().join(' ');
    expect(told).toMatch(/^open( half-open open){2,} half-open closed$/);
  });
});
