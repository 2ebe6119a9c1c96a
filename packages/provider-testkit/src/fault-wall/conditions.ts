import type { Socket } from 'node:net';
import type { FaultRow } from './fault.js';
import { findFault } from './faults.js';

/** What the wall knows beside the requests themselves: the switches, and who answered on which connection. */
export interface Conditions {
  /** Throws for a model that has no switch. */
  setDown(model: string, down: boolean): void;
  /** Whether the fault turns this request away. */
  refuses(row: FaultRow, model: string, socket: Socket): boolean;
  clear(): void;
}

/** Makes conditions in which every switch is up and every connection is new. */
export const createConditions = (): Conditions => {
  const down = new Set<string>();
  let used = new WeakMap<Socket, Set<string>>();

  /** By model name, so that tests that share a pool of connections do not meet each other's stale ones. */
  const use = (model: string, socket: Socket): boolean => {
    const models = used.get(socket) ?? new Set();
    const before = models.has(model);
    used.set(socket, models.add(model));
    return before;
  };

  return {
    setDown(model, isDown) {
      if (findFault(model)?.refuses !== 'down')
        throw new RangeError(
          `"${model}" has no switch; flapping and flapping-503 have one, alone or with @KEY`,
        );
      if (isDown) down.add(model);
      else down.delete(model);
    },
    refuses({ refuses }, model, socket) {
      if (refuses === 'used-connection') return use(model, socket);
      return refuses === 'down' && down.has(model);
    },
    clear() {
      down.clear();
      used = new WeakMap();
    },
  };
};
