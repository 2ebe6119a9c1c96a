import { setTimeout as sleep } from 'node:timers/promises';
import { formatProblem, isConfigError } from '@lakehouse/config-file';
import type { ConfigSource } from '../load.js';
import type { Logger } from '../log.js';
import type { Address, Member } from './member.js';
import type { Generation } from './messages.js';

/** What the workers serve, or are about to. */
interface Committed {
  readonly generation: Generation;
  readonly source: ConfigSource;
}

/** The workers of a service, each replaced when it ends. */
export interface Crew {
  /** Those that were told to serve what is committed. */
  readonly members: ReadonlySet<Member>;
  committed: Committed;
  /** While a reload is under way: a newcomer waits for its outcome. */
  reload: Promise<void> | undefined;
  readonly address: Address;
  /** Starts all; resolves with the address, and what they want the operator to know. Throws when one cannot start. */
  start(): Promise<{ readonly url: string; readonly warnings: readonly string[] }>;
  /** Replaces nobody any more; who does not serve yet is ended. */
  close(): void;
  /** Ends all, within this time or by force. */
  dismiss(withinMs: number): Promise<void>;
}

export interface CrewOptions {
  readonly count: number;
  /** Starts the process of a worker. */
  readonly hire: (id: number) => Member;
  /** Told when a worker serves what is committed. */
  readonly onServing: (member: Member) => void;
  readonly first: Committed;
  readonly address: Address;
  readonly log: Logger;
  readonly pauses?: Pauses;
}

/** How long the place of a worker stays empty when it has ended: twice as long each time. */
interface Pauses {
  readonly firstMs: number;
  readonly mostMs: number;
  /** Who has lived so long had no part in what was before. */
  readonly steadyMs: number;
}

const usualPauses: Pauses = { firstMs: 100, mostMs: 10_000, steadyMs: 60_000 };

/** How long workers have to close what they made, where the start has failed. */
const undoMs = 2_000;

export const createCrew = (options: CrewOptions): Crew => {
  const { count, onServing, log, pauses = usualPauses } = options;
  const staff = new Set<Member>(); // also those that do not serve yet
  const members = new Set<Member>();
  const closing = new AbortController();
  let { address } = options;
  let url: string | undefined;

  const hire = (id: number): Member => {
    const member = options.hire(id);
    staff.add(member);
    void member.ended.then(() => {
      staff.delete(member);
      members.delete(member);
      // With the last one the port is given back; if it was any free one, the same one is wanted again.
      if (members.size === 0 && url !== undefined) {
        address = { ...address, bind: { ...address.bind, port: Number(new URL(url).port || 80) } };
      }
    });
    return member;
  };

  const enlist = async (member: Member): Promise<string> => {
    members.add(member);
    const listening = member.listen(crew.committed.generation, address);
    onServing(member);
    const where = await listening;
    if (url !== undefined && where !== url) throw new Error(`a worker listens on ${where} instead of ${url}`);
    return where;
  };

  const bringUp = async (member: Member): Promise<void> => {
    for (;;) {
      const { generation, source } = crew.committed;
      await member.prepare(generation, source);
      while (crew.reload) await crew.reload;
      if (generation === crew.committed.generation) break;
      member.send({ type: 'discard', generation });
    }
    await enlist(member);
  };

  const replace = async (id: number): Promise<Member> => {
    const member = hire(id);
    try {
      await bringUp(member);
      log.info({ worker: id, pid: member.pid }, 'a worker serves in the place of the one that ended');
    } catch (error) {
      if (!member.isOver) {
        const problems = isConfigError(error)
          ? error.problems.map(formatProblem)
          : [(error as Error).message];
        for (const problem of problems) log.error({ worker: id }, problem);
      }
      member.kill();
    }
    return member;
  };

  /** Keeps the place of this worker taken. One that ends again and again must not keep the machine busy. */
  const keep = async (first: Member): Promise<void> => {
    let member = first;
    let pauseMs = pauses.firstMs;
    for (;;) {
      const since = performance.now();
      const { code, signal } = await member.ended;
      if (closing.signal.aborted) return;
      if (performance.now() - since > pauses.steadyMs) pauseMs = pauses.firstMs;
      log.error(
        { worker: member.id, pid: member.pid, code, signal, next_in_ms: pauseMs },
        'a worker ended; another one takes its place',
      );
      await sleep(pauseMs, undefined, { signal: closing.signal }).catch(() => undefined);
      if (closing.signal.aborted) return;
      pauseMs = Math.min(2 * pauseMs, pauses.mostMs);
      member = await replace(member.id);
    }
  };

  const crew: Crew = {
    members,
    committed: options.first,
    reload: undefined,
    get address() {
      return address;
    },
    async start() {
      const hired = Array.from({ length: count }, (_, index) => hire(index + 1));
      const { generation, source } = crew.committed;
      try {
        const prepared = await Promise.all(hired.map((member) => member.prepare(generation, source)));
        const urls = new Set(await Promise.all(hired.map(enlist)));
        const [where = ''] = urls;
        if (urls.size > 1) throw new Error(`the workers listen on ${[...urls].join(' and ')}`);
        url = where;
        for (const member of hired) void keep(member);
        return { url: where, warnings: [...new Set(prepared.flatMap(({ warnings }) => warnings))] };
      } catch (error) {
        await crew.dismiss(undoMs);
        throw error;
      }
    },
    close() {
      closing.abort();
      for (const member of staff) if (!members.has(member)) member.kill();
    },
    async dismiss(withinMs) {
      closing.abort();
      const all = [...staff];
      const ended = Promise.all(all.map((member) => member.ended));
      for (const { send } of all) send({ type: 'end' });
      const late = setTimeout(() => {
        for (const member of all) {
          if (member.isOver) continue;
          log.error({ worker: member.id, pid: member.pid }, 'a worker does not end, and is killed');
          member.kill();
        }
      }, withinMs);
      await ended;
      clearTimeout(late);
    },
  };
  return crew;
};
