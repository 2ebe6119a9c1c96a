import type { TimeoutPhase } from '@lakehouse/chat-core';
import { type Attempt, type AttemptOutcome, type ErrorCode, errorTable, listOf } from '@lakehouse/chat-core';
import { z } from 'zod';

const outcomes: ReadonlySet<string> = new Set<AttemptOutcome>(['ok', 'error', 'aborted', 'skipped']);
const phases: ReadonlySet<string> = new Set<TimeoutPhase>([
  'connect',
  'first-content',
  'idle',
  'total',
  'upstream',
]);

/** Undefined for a code of a later version. */
export const toCode = (code: string | null | undefined): ErrorCode | undefined =>
  code != null && Object.hasOwn(errorTable, code) ? (code as ErrorCode) : undefined;

/** Undefined for a phase of a later version. */
export const toPhase = (phase: string | null | undefined): TimeoutPhase | undefined =>
  phase != null && phases.has(phase) ? (phase as TimeoutPhase) : undefined;

const attempt = z.object({
  provider: z.string(),
  model: z.string(),
  outcome: z.string(),
  code: z.string().nullish(),
  phase: z.string().nullish(),
  ms: z.number(),
  output_characters: z.number().nullish(),
});

/** The trail of an answer or an error; no answer is refused because of it. */
export const trailSchema = listOf(attempt).nullish().catch(undefined);

/** The calls that the other chatd made. An entry whose outcome is of a later version is left out. */
export const toAttempts = (trail: z.infer<typeof trailSchema>): readonly Attempt[] | undefined =>
  trail
    ?.filter(({ outcome }) => outcomes.has(outcome))
    .map(({ provider, model, outcome, code, phase, ms, output_characters: outputCharacters }) => {
      const known = { code: toCode(code), phase: toPhase(phase) };
      return {
        provider,
        model,
        outcome: outcome as AttemptOutcome,
        ...(known.code && { code: known.code }),
        ...(known.phase && { phase: known.phase }),
        ms,
        ...(outputCharacters != null && { outputCharacters }),
      };
    });
