import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultWall, WallFault } from '@lakehouse/provider-testkit/fault-wall';
import type { Answer, Caller } from './ask.js';
import { expectationOf } from './expectations.js';
import type { Expected, Form } from './expected.js';
import { isFlood, kinds, limits, namesOf, type Place } from './limits.js';
import { expectedReport, observedReport, type Report, requestsOf } from './report.js';

/** One request of the run. */
export interface Case extends Place {
  readonly expected: Expected;
}

/** What became of it. */
export interface Result extends Case {
  readonly mustBe: Report;
  readonly was: Report;
  readonly ms: number;
  /** Upstream requests that were still open a moment after the caller had its answer. */
  readonly leftOpen: number;
}

/** How soon nothing of a request is left. */
const cancelledWithinMs = 250;

/** Every fault in every form, over all kinds of providers. */
export const casesOf = (
  faults: readonly WallFault[],
  forms: readonly Form[],
  tier: boolean,
): readonly Case[] =>
  kinds.flatMap((kind) =>
    faults.flatMap((fault) =>
      forms.map((form) => ({
        kind,
        fault: fault.name,
        form,
        tier,
        expected: expectationOf(fault, form, tier),
      })),
    ),
  );

/** On a quick machine the whole of this flood would pass within the total limit; here chatd waits for its reader. */
const isSlowReader = ({ fault, form }: Case): boolean => fault === 'endless' && form === 'stream';

/** Those that need the machine, or a connection, for themselves. */
const isAlone = ({ fault, form }: Case): boolean =>
  isFlood(fault, form !== 'stream') || fault === 'stale-connection';

const isSlow = ({ expected }: Case): boolean => expected.takesMs > 0;

/** Brings about what a fault needs to show itself. */
const arrange = async (wall: FaultWall, ask: () => Promise<Answer>, place: Place): Promise<void> => {
  const { first } = namesOf(place);
  if (place.fault.startsWith('flapping')) wall.setDown(first, true);
  if (place.fault === 'stale-connection') await ask();
  // A date has whole seconds: just after one begins it is surely more than 1.5 seconds ahead.
  if (place.fault === 'rate-limited-date') await sleep(1010 - (Date.now() % 1000));
};

const isOpen = ({ finished, closedEarlyAt }: ReturnType<FaultWall['requests']>[number]): boolean =>
  !finished && closedEarlyAt === undefined;

/** Resolves with how many requests are open once there is none, or after a moment. */
const openAfterAMoment = async (open: () => number): Promise<number> => {
  const end = performance.now() + cancelledWithinMs;
  while (open() > 0 && performance.now() < end) await sleep(5);
  return open();
};

const perform = async (wall: FaultWall, caller: Caller, current: Case): Promise<Result> => {
  const { form, expected } = current;
  const ask = (): Promise<Answer> =>
    caller.ask({
      model: namesOf(current).asked,
      stream: form !== 'whole',
      ...(form === 'buffered' && { headers: { 'x-chatd-delivery': 'buffered' } }),
      ...(isSlowReader(current) && { slowForMs: limits.totalMs }),
    });
  await arrange(wall, ask, current);
  const before = requestsOf(wall, current).map(({ length }) => length);
  const answer = await ask();
  const requests = (): ReturnType<typeof requestsOf> =>
    requestsOf(wall, current).map((list, index) => list.slice(before[index]));
  const leftOpen = await openAfterAMoment(() => requests().flat().filter(isOpen).length);
  return {
    ...current,
    mustBe: expectedReport(current, expected),
    was: observedReport(current, answer, requests()),
    ms: answer.ms,
    leftOpen,
  };
};

/**
 * It took too long, or reached a time limit that it must not reach. A machine that was busy with something else says
 * nothing of chatd: the limits stay, and the row is measured again by itself.
 */
const isLate = ({ ms, expected, was, mustBe }: Result): boolean => {
  const timeouts = (report: Report): number => JSON.stringify(report).split('"timeout"').length;
  return ms >= expected.withinMs || timeouts(was) > timeouts(mustBe);
};

/** Makes all requests, many at a time, and those that need it by themselves; those that were late a second time. */
export const runCases = async (
  wall: FaultWall,
  caller: Caller,
  cases: readonly Case[],
): Promise<readonly Result[]> => {
  const results = new Map<string, Result>();
  const run = async (part: readonly Case[], lanes: number): Promise<void> => {
    const queue = part.toSorted((one, other) => other.expected.takesMs - one.expected.takesMs);
    const work = async (): Promise<void> => {
      for (let next = queue.shift(); next; next = queue.shift())
        results.set(namesOf(next).first, await perform(wall, caller, next));
    };
    await Promise.all(Array.from({ length: lanes }, work));
  };
  const others = cases.filter((one) => !isAlone(one) && !isSlowReader(one));
  await Promise.all([
    // Many of them only wait; too many of the others at once would wait for each other.
    run(others.filter(isSlow), 20),
    run(
      others.filter((one) => !isSlow(one)),
      4,
    ),
  ]);
  await run(cases.filter(isSlowReader), 6);
  await run(cases.filter(isAlone), 1);
  wall.clear();
  await run([...results.values()].filter(isLate), 1);
  return [...results.values()];
};
