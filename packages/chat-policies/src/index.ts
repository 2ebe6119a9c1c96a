export { recordAttempt } from './attempt.js';
export { enforceEventRules } from './event-rules.js';
export { type FallbackOptions, type FallbackTarget, fallback } from './fallback.js';
export { type TimeoutOptions, timeout } from './timeout.js';
