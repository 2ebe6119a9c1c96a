import type { CircuitStatus } from '@lakehouse/chat-policies';

/** The state of a circuit in the names of the wire. */
export const formatCircuit = ({ state, failures, retryInMs, lastCode }: CircuitStatus) => ({
  state,
  failures,
  ...(retryInMs !== undefined && { retry_in_ms: retryInMs }),
  ...(lastCode !== undefined && { last_code: lastCode }),
});
