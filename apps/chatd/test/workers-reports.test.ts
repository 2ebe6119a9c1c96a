import { describe, expect, it } from 'vitest';
import type { Reports, What } from '../src/reports.js';
import { createGatherer, createReportExchange } from '../src/workers/shared-reports.js';
import { createWorkerChannel } from './support/worker-channel.js';

const load = (running: number): Reports['load'] => ({ lab: { running, queued: 0, circuits: [] } });
const metrics = (value: number): Reports['metrics'] => [
  { name: 'm', help: 'M.', type: 'counter', aggregator: 'sum', values: [{ value, labels: {} }] },
];

/** A primary, and workers that report their number, or nothing. */
const start = (count: number, isSilent: (number: number) => boolean = () => false) => {
  const exchange = createReportExchange();
  return Array.from({ length: count }, (_, index) => {
    const channel = createWorkerChannel();
    const desk = exchange.open(channel.toWorker);
    const gatherer = createGatherer(channel.toPrimary);
    channel.onPrimary = (message) => desk.handle(message as Parameters<typeof desk.handle>[0]);
    channel.onWorker = (message) => {
      if (message.type === 'gathered') gatherer.handle(message);
      if (message.type !== 'report' || isSilent(index)) return;
      const report = message.what === 'load' ? load(index) : metrics(index);
      channel.toPrimary({ type: 'reported', ticket: message.ticket, report });
    };
    return { gather: <Asked extends What>(what: Asked) => gatherer.gather(what), desk, channel };
  });
};

describe('what workers report to each other', () => {
  it('is what all the others have said, of the kind that was asked for', async () => {
    const [first] = start(3);
    expect(await first?.gather('load')).toEqual([load(1), load(2)]);
    expect(await first?.gather('metrics')).toEqual([metrics(1), metrics(2)]);
  });

  it('leaves out who does not answer in time, for which metrics wait longer', async () => {
    const [first] = start(3, (number) => number === 2);
    const told: string[] = [];
    const gather = async (what: What) => {
      const reports = await first?.gather(what);
      told.push(what);
      return reports;
    };
    const asked = [gather('metrics'), gather('load')];
    expect(await Promise.all(asked)).toEqual([[metrics(1)], [load(1)]]);
    expect(told).toEqual(['load', 'metrics']);
  });

  it('is nothing where the primary does not answer, or nobody else is there', async () => {
    const [alone] = start(1);
    expect(await alone?.gather('load')).toEqual([]);
    alone?.channel.cut();
    expect(await alone?.gather('load')).toEqual([]);
  });

  it('does not wait for a worker that is gone', async () => {
    const [first, second] = start(2, () => true);
    second?.desk.close();
    const asked = performance.now();
    expect(await first?.gather('metrics')).toEqual([]);
    expect(performance.now() - asked).toBeLessThan(1_000);
  });

  it('does not wait on for a worker that ends before it has answered', async () => {
    const [first, second] = start(3);
    if (second) second.channel.onWorker = () => second.desk.close(); // it has the question, and ends
    const asked = performance.now();
    expect(await first?.gather('metrics')).toEqual([metrics(2)]);
    expect(performance.now() - asked).toBeLessThan(1_000);
  });
});
