import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { afterAll, describe, expect, it } from 'vitest';
import { startNode, stopChildren } from '../lib/children.mjs';
import { openCores, readCoreList } from '../lib/cores.mjs';

afterAll(stopChildren);

const coresOf = (pid: number): readonly number[] =>
  readCoreList(/^Cpus_allowed_list:\s+(\S+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '');

const startSleeper = (): number =>
  startNode('--eval', ['setInterval(() => undefined, 1000)']).pid ?? Number.NaN;

it('reads a list of cores as Linux writes it', () => {
  expect(readCoreList('0')).toEqual([0]);
  expect(readCoreList('0-2,5,8-9')).toEqual([0, 1, 2, 5, 8, 9]);
});

describe.skipIf(process.platform !== 'linux' || availableParallelism() < 2)('where processes run', () => {
  it('who is measured has the quickest core, the others have the rest, and all have all again', async () => {
    const all = coresOf(process.pid);
    const cores = await openCores();
    const [measured, other] = [startSleeper(), startSleeper()];
    const looks = await cores.place([measured], [other]);
    const milliseconds = looks.map(({ ms }: { ms: number }) => ms);
    expect(milliseconds).toEqual([...milliseconds].sort((left, right) => left - right));
    expect(coresOf(measured)).toEqual([looks[0].core]);
    expect(coresOf(other)).toEqual(all.filter((core) => core !== looks[0].core));
    cores.free([measured, other]);
    expect([coresOf(measured), coresOf(other)]).toEqual([all, all]);
  });
});
