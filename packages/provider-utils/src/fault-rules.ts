import type { ErrorCode } from '@lakehouse/chat-core';

/** When an upstream answers like this, it means that. All given conditions must hold; the first rule that fits wins. */
export interface FaultRule {
  /** The upstream's HTTP status is this, or one of these. */
  readonly status?: number | readonly number[];
  /** One of the machine codes of the body equals one of these. */
  readonly machineCode?: string | readonly string[];
  /** The messages and codes of the body match this. */
  readonly words?: RegExp;
  /** The code of the error. */
  readonly code: ErrorCode;
  /** In place of the error table's. */
  readonly retryable?: boolean;
  /** In place of the error table's. */
  readonly reroutable?: boolean;
  /** HTTP status for the caller, where it is not the one of the code. */
  readonly callerStatus?: number;
}

/** Machine codes that mean the same at every server that is known to send them. */
const machineCodes: readonly FaultRule[] = [
  {
    machineCode: [
      'context_length_exceeded',
      'exceed_context_size_error',
      'too_many_prompt_tokens',
      'TOO_MANY_TOKENS',
    ],
    code: 'context-too-long',
  },
  {
    machineCode: ['insufficient_quota', 'exceeded_current_quota_error', 'billing_error'],
    code: 'quota-exceeded',
  },
  { status: 429, machineCode: '3505', code: 'rate-limited' }, // Mistral, whose text speaks of capacity
  { status: [400, 429], machineCode: 'rate_limit_exceeded', code: 'rate-limited' },
  // Groq: the request alone exceeds the per-minute budget, so that waiting does not help.
  { status: 413, machineCode: 'rate_limit_exceeded', code: 'rate-limited', retryable: false },
  { machineCode: ['content_filter', 'content_policy_violation'], code: 'content-filtered' },
  {
    status: [400, 401, 404],
    machineCode: ['model_not_found', 'DeploymentNotFound'],
    code: 'model-not-found',
  },
  { machineCode: ['invalid_api_key', 'API_KEY_INVALID', 'authentication_error'], code: 'unauthenticated' },
  {
    status: [400, 422, 501],
    machineCode: ['unsupported_parameter', 'unsupported_value', 'not_supported_error'],
    code: 'unsupported',
  },
  { machineCode: ['tool_use_failed', 'json_validate_failed'], code: 'upstream-failure' },
  { machineCode: ['overloaded_error', 'engine_overloaded', 'engine_overloaded_error'], code: 'overloaded' },
];

const contextWords =
  /context[ _]length|context[ _]window|maximum[ _]context|prompt[ _](is[ _])?too[ _]long|input[ _]is[ _]too[ _]long|too[ _]many[ _](prompt[ _])?tokens|exceeds the available context|input token count exceeds|reduce the length|input length exceeds|token limit(?! reached)|max_tokens.*exceed|longer than the (model's )?context/i;
/** These say "used up" even beside words of another class, such as "try again later". */
const usedUpWords =
  /insufficient_quota|exceeded your current quota|insufficient balance|credit balance|(usage|spending|monthly) limit/i;
const billingWords = /\bcredits?\b|billing|payment|recharge|\bupgrade\b|subscription|\bquota\b/i;
const overloadWords =
  /overload|\bcapacity\b|currently unavailable|loading model|server busy|no available|high demand/i;
/** A share of a capacity is used up, not the capacity: Mistral's "Service tier capacity exceeded for this model". */
const shareWords = /\btier\b.*\bcapacity exceeded|\bcapacity exceeded\b.*\btier\b/i;
const rateWords = /rate[ _-]?limit|too many requests|requests per|tokens per|concurren|\brpm\b|\btpm\b/i;
const filterWords =
  /content[_ ]filter|content policy|\bsafety\b|high risk|moderation|\bflagged\b|PROHIBITED_CONTENT/i;
const keyWords =
  /(api[ _-]?key|credentials?)\b.*(invalid|incorrect|not valid|missing)|(invalid|incorrect|missing)\b.*api[ _-]?key/i;

/** What the message says, where no machine code does. */
const words: readonly FaultRule[] = [
  { status: [400, 413, 422], words: /tokens per minute/i, code: 'rate-limited', retryable: false },
  { status: [400, 413, 422], words: contextWords, code: 'context-too-long' },
  { status: 400, words: keyWords, code: 'unauthenticated' },
  { status: [400, 403, 422], words: filterWords, code: 'content-filtered' },
  { status: [400, 403, 422], words: usedUpWords, code: 'quota-exceeded' },
  { status: 403, words: /\bcredits?\b|\bquota\b/i, code: 'quota-exceeded' },
  { status: 400, words: /does not support|not supported|unsupported/i, code: 'unsupported' },
  { status: 429, words: usedUpWords, code: 'quota-exceeded' },
  { status: 429, words: shareWords, code: 'rate-limited' },
  { status: 429, words: overloadWords, code: 'overloaded' },
  { status: 429, words: rateWords, code: 'rate-limited' }, // before billing: OpenAI's text offers to add a payment method
  { status: 429, words: billingWords, code: 'quota-exceeded' },
  { status: 500, words: overloadWords, code: 'overloaded' },
];

/** What the status says, where nothing else does. */
const statuses: readonly FaultRule[] = [
  { status: 401, code: 'unauthenticated' },
  { status: 402, code: 'quota-exceeded' },
  { status: 403, code: 'permission-denied' },
  { status: 404, machineCode: ['not_found_error', 'NotFoundError', 'NOT_FOUND'], code: 'model-not-found' },
  { status: 404, words: /model/i, code: 'model-not-found' },
  { status: [408, 504, 524], code: 'timeout' },
  { status: 413, code: 'invalid-request', callerStatus: 413, reroutable: true },
  { status: 429, code: 'rate-limited' },
  { status: [498, 503, 529], code: 'overloaded' },
  { status: 501, code: 'unsupported' },
  { status: [400, 422], code: 'invalid-request' },
  // A wrong path or method is a wrong configuration of this service, not of the request: another target may do.
  { status: [404, 405, 410, 415], code: 'upstream-failure', retryable: false },
  { status: [409, 424, 425, 499], code: 'upstream-failure' },
];

/** The rules for every upstream, in the order in which they are asked: machine code, words, status. */
export const commonFaultRules: readonly FaultRule[] = [...machineCodes, ...words, ...statuses];

/** The rules for an error inside a 200, which has no status of its own. */
export const frameFaultRules: readonly FaultRule[] = [...machineCodes, ...words];
