import type { CircuitBreaker, CircuitChange } from '@lakehouse/chat-policies';
import type { Logger } from './log.js';

/** What the providers of the config are made in. */
export interface ProviderEnvironment {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly warn: (message: string) => void;
  /** Told when a circuit opens, closes, or lets a probe through. */
  readonly onCircuitChange?: (change: CircuitChange) => void;
  /** Where several processes serve: makes the circuits of this one go with those of the others. */
  readonly shareCircuits?: (own: CircuitBreaker) => CircuitBreaker;
}

const sayings = {
  open: 'a circuit is open: this model is not asked for a while',
  'half-open': 'a circuit is half-open: the next call tries the model',
  closed: 'a circuit is closed: the model has begun to answer',
} as const satisfies Record<CircuitChange['to'], string>;

/** Tells of one change of a circuit. */
export const logCircuit = (log: Logger, { provider, model, to, failures, lastCode }: CircuitChange): void => {
  const line = { provider, model, ...(to === 'open' && { failures, last_code: lastCode }) };
  if (to === 'open') log.warn(line, sayings[to]);
  else log.info(line, sayings[to]);
};

/** What the providers of a running service get: the environment, and a log for what they have to tell. */
export const createProviderEnvironment = (
  environment: ProviderEnvironment['environment'],
  log: Logger,
): ProviderEnvironment => ({
  environment,
  warn: (message) => log.warn(message),
  onCircuitChange: (change) => logCircuit(log, change),
});
