import type { ChatWarning } from '@lakehouse/chat-core';
import { z } from 'zod';
import { toPath, toText } from './wire-names.js';

/** A warning as chatd writes it. */
export const warningSchema = z.object({
  code: z.string(),
  parameter: z.string().nullish(),
  message: z.string(),
});

const warningCodes: ReadonlySet<string> = new Set<ChatWarning['code']>([
  'parameter-dropped',
  'parameter-changed',
  'answer-mismatch',
  'other',
]);

/** The warnings of the other chatd, which speaks of parameters in the names of its body. */
export const toWarnings = (
  warnings: readonly z.infer<typeof warningSchema>[] | null | undefined,
): readonly ChatWarning[] =>
  (warnings ?? []).map(({ code, parameter, message }) => ({
    code: warningCodes.has(code) ? (code as ChatWarning['code']) : 'other',
    ...(parameter != null && { parameter: toPath(parameter) }),
    message: parameter == null ? message : toText(message, parameter),
  }));
