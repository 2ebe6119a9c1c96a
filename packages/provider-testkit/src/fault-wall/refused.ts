import { json, type Script } from '../script.js';
import type { FaultCall } from './fault.js';
import { type Refusal, refusalStatus } from './protocol.js';

/** The answer to a request that is refused, in the protocol's own words. */
export const refused = (
  refusal: Refusal,
  { protocol, model }: Pick<FaultCall, 'protocol' | 'model'>,
  headers: Readonly<Record<string, string>> = {},
  message?: string,
): Script => ({
  ...json(null, { status: refusalStatus[refusal], headers }),
  steps: [{ send: protocol.refuse(refusal, model, message) }],
});

/** The connection breaks before anything was answered. */
export const resetAtOnce: Script = { beforeHeaders: true, steps: [{ reset: true }] };
