import { setTimeout as sleep } from 'node:timers/promises';
import { type FaultWall, startFaultWall } from '@lakehouse/provider-testkit/fault-wall';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Call, type Callers, createCallers } from '../support/call.js';
import { type CancelPhase, cancelConfig, cancelPhases } from '../support/cancel-phases.js';
import { type RunningProgram, startProgram } from '../support/program.js';

/** What the project promises: so long may an upstream go on for nobody. */
const limitMs = 250;
const cancellations = 200;
const together = 20;
/** Time for a second attempt, if anything wanted to make one. */
const afterwardsMs = 150;

/** The fault wall stands in this process, chatd and the gateway each have one of their own. */
let wall: FaultWall;
let chatd: RunningProgram;
let gateway: RunningProgram;
let direct: Callers;
let throughGateway: Callers;
const report: string[] = [];

beforeAll(async () => {
  wall = await startFaultWall();
  chatd = await startProgram('chatd', cancelConfig(wall.url), { OLLAMA_API_KEY: 'any' });
  gateway = await startProgram('gateway', `[gateway]\nbind = "127.0.0.1:0"\nchatd_url = "${chatd.url}"\n`);
  direct = createCallers(chatd.url);
  throughGateway = createCallers(gateway.url);
});
afterAll(async () => {
  await Promise.all([direct.close(), throughGateway.close()]);
  await gateway.stop();
  await chatd.stop();
  await wall.close();
  console.info(`callers that leave, ${cancellations} in each phase\n${report.join('\n')}`);
});

const until = (condition: () => boolean | Promise<boolean>): Promise<void> =>
  expect.poll(condition, { interval: 5, timeout: 10_000 }).toBe(true);

const queuedCalls = async (): Promise<number> => {
  const answer = await request(`${chatd.url}/v1/chat/providers`);
  const { providers } = (await answer.body.json()) as { providers: { id: string; queued?: number }[] };
  return providers.find(({ id }) => id === 'narrow')?.queued ?? 0;
};

const isReached = async ({ reached, upstream }: CancelPhase, calls: readonly Call[]): Promise<boolean> => {
  if (reached === 'queued') return (await queuedCalls()) === calls.length;
  const requests = wall.requests();
  if (requests.length < calls.length * upstream) return false;
  if (reached === 'answered') return requests.every(({ finished }) => finished);
  if (reached === 'arrived') return true;
  return (
    requests.every(({ bytesSent }) => bytesSent > 0) &&
    calls.every(({ stream, pieces }) => !stream || pieces > 0)
  );
};

/** Milliseconds from the moment in which the callers left. */
interface Times {
  /** Until an upstream socket was closed. */
  readonly upstream: number[];
  /** Until chatd was done with a call, and wrote its line. */
  readonly unwound: number[];
}

const leaveTogether = async (phase: CancelPhase, calls: readonly Call[], times: Times): Promise<void> => {
  const isOver = (): boolean =>
    calls.every(({ requestId }) => chatd.chatLog(requestId)) &&
    wall.requests().every(({ finished, closedEarlyAt }) => finished || closedEarlyAt !== undefined);

  await until(() => isReached(phase, calls));
  await sleep(Math.random() * 50);
  const left = performance.now();
  for (const call of calls) call.leave();
  await until(isOver);
  await Promise.all(calls.map(({ over }) => over));
  await sleep(afterwardsMs);

  const requests = wall.requests();
  expect(requests).toHaveLength(calls.length * phase.upstream); // no attempt afterwards
  expect(wall.openRequests()).toBe(phase.reached === 'queued' ? 1 : 0); // the one they waited for
  for (const { closedEarlyAt } of requests)
    if (closedEarlyAt !== undefined) times.upstream.push(closedEarlyAt - left);
  for (const call of calls) {
    const { at, line } = chatd.chatLog(call.requestId) ?? { at: Number.NaN, line: {} };
    times.unwound.push(at - left);
    expect(line).toMatchObject({ outcome: 'aborted', attempts: phase.upstream, ...phase.logged?.(call) });
  }
};

/** Another call has the only place of the provider while `work` runs, and is none of the calls that leave. */
const withOnePlaceTaken = async (work: () => Promise<void>): Promise<void> => {
  const long = direct.ask(`long-${crypto.randomUUID()}`, {
    model: 'narrow/never-answers@long',
    stream: true,
  });
  try {
    await until(() => wall.requests('never-answers@long').length === 1);
    wall.clear();
    await work();
    expect(await queuedCalls()).toBe(0);
  } finally {
    long.leave();
    await long.over;
  }
  const next = direct.ask(`next-${crypto.randomUUID()}`, { model: 'narrow/healthy@next', stream: false });
  await next.over;
  expect(wall.requests()).toMatchObject([{ model: 'healthy@next', finished: true }]); // nobody else stood in the line
};

const describeTimes = (times: readonly number[]): string => {
  if (times.length === 0) return 'none';
  const sorted = times.toSorted((one, other) => one - other);
  const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  return `longest ${sorted.at(-1)?.toFixed(1)} ms, median ${median.toFixed(1)} ms`;
};

describe(`a caller that leaves ends all work for it within ${limitMs} ms`, () => {
  it.each(cancelPhases)('$name', { timeout: 60_000 }, async (phase) => {
    const times: Times = { upstream: [], unwound: [] };
    const callers = phase.through === 'gateway' ? throughGateway : direct;
    const phaseNumber = cancelPhases.indexOf(phase);
    for (let first = 0; first < cancellations; first += together) {
      wall.clear();
      const batch = async (): Promise<void> => {
        const calls = Array.from({ length: together }, (_, index) =>
          callers.ask(`phase-${phaseNumber}-${first + index}`, phase.question(first + index)),
        );
        await leaveTogether(phase, calls, times);
      };
      await (phase.reached === 'queued' ? withOnePlaceTaken(batch) : batch());
    }
    report.push(
      `${phase.name}: upstream sockets closed ${describeTimes(times.upstream)}; work ended ${describeTimes(times.unwound)}`,
    );
    expect(times.unwound).toHaveLength(cancellations);
    expect(Math.max(...times.unwound)).toBeLessThanOrEqual(limitMs);
    expect(times.upstream).toHaveLength(phase.reached === 'answered' ? 0 : cancellations * phase.upstream);
    expect(Math.max(0, ...times.upstream)).toBeLessThanOrEqual(limitMs);
  });

  it('and in the end nothing is in flight', async () => {
    await chatd.stop();
    expect(chatd.logs.find(({ line }) => 'in_flight' in line)?.line.in_flight).toBe(0);
    expect(wall.openSockets()).toBe(0);
  });
});
