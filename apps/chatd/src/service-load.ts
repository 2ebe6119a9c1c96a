import type { CircuitStatus } from '@lakehouse/chat-policies';
import type { Occupancy } from './limits.js';
import type { Runtime } from './runtime.js';

/** A circuit that is not closed. */
interface ModelCircuit extends CircuitStatus {
  readonly model: string;
}

/** What is under way at a provider, and which of its models are left alone for now. */
export interface ProviderLoad extends Occupancy {
  readonly circuits: readonly ModelCircuit[];
}

/** By the ids of providers. */
export type ServiceLoad = Readonly<Record<string, ProviderLoad>>;

export const idle: ProviderLoad = { running: 0, queued: 0, circuits: [] };

/** What this process knows. */
export const loadOf = ({ instances, limits }: Pick<Runtime, 'instances' | 'limits'>): ServiceLoad =>
  Object.fromEntries(
    [...instances].map(([id, { breaker }]) => {
      const { running, queued } = limits.occupancy(id) ?? idle;
      const circuits = (breaker?.circuits() ?? [])
        .filter(({ state }) => state !== 'closed')
        .map(({ provider: _provider, ...circuit }) => circuit);
      return [id, { running, queued, circuits }];
    }),
  );

const rank = ({ state, retryInMs = 0 }: CircuitStatus): number => (state === 'open' ? retryInMs : 0);

/** The loads of several processes as one: counts are added up, and of each circuit the longest pause counts. */
export const mergeLoads = (loads: readonly ServiceLoad[]): ServiceLoad => {
  const merged: Record<string, ProviderLoad> = {};
  for (const [id, load] of loads.flatMap((each) => Object.entries(each))) {
    const before = merged[id] ?? idle;
    const circuits = new Map(before.circuits.map((circuit) => [circuit.model, circuit]));
    for (const circuit of load.circuits) {
      const known = circuits.get(circuit.model);
      if (!known || rank(circuit) > rank(known)) circuits.set(circuit.model, circuit);
    }
    merged[id] = {
      running: before.running + load.running,
      queued: before.queued + load.queued,
      circuits: [...circuits.values()],
    };
  }
  return merged;
};
