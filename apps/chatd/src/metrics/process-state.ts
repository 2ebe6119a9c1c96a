import type { Drain } from '../drain.js';
import type { Runtime } from '../runtime.js';
import { loadOf, type ServiceLoad } from '../service-load.js';

/** What a process knows at the moment of a scrape. */
export interface ProcessState {
  /** HTTP requests of any kind. */
  readonly inFlight: number;
  readonly draining: boolean;
  /** Requests that wait for a place of the whole service. */
  readonly queued: number;
  readonly load: ServiceLoad;
  /** Whether the operator's own config names this model. */
  readonly isConfigured: (provider: string, model: string) => boolean;
}

const configuredIn = ({ registry }: Runtime): ProcessState['isConfigured'] => {
  const targets = registry.tiers.flatMap((tier) => registry.resolve(tier).targets);
  return (id, name) => targets.some(({ provider, model }) => provider.id === id && model === name);
};

/** `runtime` is undefined in a worker that serves nothing yet. */
export const stateOf = (drain: Drain, runtime: Runtime | undefined): ProcessState => ({
  inFlight: drain.inFlight,
  draining: drain.draining,
  queued: runtime?.limits.whole.queued ?? 0,
  load: runtime ? loadOf(runtime) : {},
  isConfigured: runtime ? configuredIn(runtime) : () => false,
});
