import { type Attempt, type CallContext, type ChatError, isChatError } from '@lakehouse/chat-core';

/** One model of one provider. */
export interface TargetName {
  /** Id of the provider. */
  readonly provider: string;
  /** The model as it is sent upstream. */
  readonly model: string;
}

/** What the policies tell each other about a call, beside the contract's own context. */
export interface PolicyContext extends CallContext {
  /** `performance.now()` at which the total budget is used up; `timeout` sets it. */
  readonly deadline?: number;
  /** How many targets that could be called now are left after this one; `fallback` sets it. */
  readonly alternatives?: number;
  /** This call is the one that a half-open circuit lets through, so it is not repeated; the circuit breaker sets it. */
  readonly probe?: boolean;
}

/** Why an outer policy, such as a time limit, closed a stream from outside: it puts its error on the signal. */
export const outerFailure = ({ signal }: CallContext): ChatError | undefined => {
  const reason: unknown = signal.reason;
  return isChatError(reason) ? reason : undefined;
};

/** Notes in the trail that a target's turn came, but that it was not called. */
export const recordSkip = (
  { attempts }: CallContext,
  { provider, model }: TargetName,
  code: NonNullable<Attempt['code']>,
): void => {
  attempts?.push({ provider, model, outcome: 'skipped', code, ms: 0 });
};
