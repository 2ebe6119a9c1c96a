export { type AttemptOptions, recordAttempt } from './attempt.js';
export { type BalanceStrategy, balance, type WeightedTarget } from './balance.js';
export { type BufferedOptions, buffered } from './buffered.js';
export type { CircuitNews, CircuitState, CircuitStatus } from './circuit.js';
export {
  type CircuitBreaker,
  type CircuitBreakerOptions,
  type CircuitChange,
  createCircuitBreaker,
} from './circuit-breaker.js';
export { type ConcurrencyLimit, type ConcurrencyOptions, createConcurrencyLimit } from './concurrency.js';
export { enforceEventRules } from './event-rules.js';
export { type FallbackOptions, type FallbackTarget, fallback } from './fallback.js';
export { type HedgeOptions, hedge } from './hedge.js';
export { observeTogether } from './observing.js';
export { gate } from './opening.js';
export { createPlaces, type OwnPlaces, type PlaceRules, type PlaceSeeker, type Places } from './places.js';
export { type PolicyContext, recordSkip, type TargetName } from './policy-context.js';
export { type RetryOptions, retry } from './retry.js';
export { createTargetLoad, type TargetLoad, type TargetLoadOptions } from './target-load.js';
export { type TimeoutOptions, timeout, totalTimeoutError } from './timeout.js';
