import cluster from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import { logCircuit } from '../provider-environment.js';
import type { Draining, ServeOptions, Serving } from '../serving.js';
import { createCircuitBoard } from './circuit-board.js';
import { createCrew } from './crew.js';
import { createCrewConfig } from './crew-config.js';
import { type Desk, openDesk, type Shared } from './desks.js';
import { relayLines } from './log-relay.js';
import { createMember, type Member } from './member.js';
import { createPlaceBroker } from './place-broker.js';
import { sendTo } from './send.js';
import { createReportExchange } from './shared-reports.js';
import { toWorkerMark } from './worker-mark.js';

/** What a worker may take beyond the time of a drain before it counts as stuck. */
const stuckMs = 5_000;

/** What a worker wrote before its end comes at once, unless something that it started holds its standard output. */
const lastLinesMs = 500;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Counts 0 for a worker that ends, or does not answer in time. */
const within = (ms: number, answers: readonly Promise<number>[]): Promise<number> => {
  const late = sleep(ms, 0, { ref: false });
  return Promise.all(answers.map((answer) => Promise.race([answer.catch(() => 0), late]))).then(sum);
};

/** Serves with several processes, of which this one is the primary. Throws when they cannot start. */
export const serveTogether = async (options: ServeOptions): Promise<Serving> => {
  const { config, source, log, output } = options;
  const first = { generation: 1, source };
  const shared: Shared = {
    places: createPlaceBroker(config),
    circuits: createCircuitBoard({
      generation: first.generation,
      onChange: (change) => logCircuit(log, change),
    }),
    reports: createReportExchange(),
  };
  const desks = new WeakMap<Member, Desk>();
  const relays = new Set<Promise<void>>();

  cluster.setupPrimary({ stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const hire = (id: number): Member => {
    const worker = cluster.fork(toWorkerMark(id));
    const desk = openDesk(shared, sendTo(worker));
    const member = createMember(id, worker, (message) => desk.handle(message));
    desks.set(member, desk);
    void member.ended.then(() => desk.close());
    const { stdout } = worker.process;
    if (stdout) {
      const relay = relayLines(stdout, output);
      relays.add(relay);
      void relay.then(() => relays.delete(relay));
    }
    return member;
  };

  const crew = createCrew({
    count: config.workers,
    hire,
    onServing: (member) => desks.get(member)?.inform(),
    first,
    address: { bind: config.bind, instanceId: crypto.randomUUID() },
    log,
  });
  const { url, warnings } = await crew.start();
  for (const warning of warnings) log.warn(warning);
  const host = createCrewConfig({ crew, shared, config, log });

  const drain = async (): Promise<Draining> => {
    const { drainMs } = host.current;
    crew.close();
    const draining = [...crew.members].map((member) => member.drain(drainMs));
    const cuts = within(
      drainMs + stuckMs,
      draining.map(({ cut }) => cut),
    );
    const finish = async (): Promise<number> => {
      const cut = await cuts;
      await crew.dismiss(stuckMs);
      await Promise.race([Promise.all(relays), sleep(lastLinesMs)]);
      return cut;
    };
    const over = finish();
    return {
      inFlight: await within(
        1000,
        draining.map(({ inFlight }) => inFlight),
      ),
      over,
    };
  };

  return { url, providers: config.providers.map(({ id }) => id), host, drain };
};
