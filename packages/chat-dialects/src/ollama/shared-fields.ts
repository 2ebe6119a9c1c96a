import {
  ChatError,
  type ChatRequest,
  type ChatWarning,
  formatSchema,
  toInvalidRequest,
} from '@lakehouse/chat-core';
import { z } from 'zod';
import type { Notes } from '../notes.js';
import { present } from '../present.js';
import { optionsSchema, readOptions } from './options.js';
import { noteLost, type OwnParameters, toOwnParameters } from './own-parameters.js';

// `null` means left out, everywhere. Unknown fields are ignored, as the original does.

export const modelSchema = z
  .string()
  .min(1, 'expected the name of a model or a tier')
  .max(512, 'expected a name of at most 512 characters');

export const keepAliveSchema = z
  .union([z.number(), z.string()], 'expected seconds, or a duration such as "5m"')
  .nullish();

const flag = z.boolean().nullish();

/** What `/api/chat` and `/api/generate` have in common. */
export const sharedFields = {
  model: modelSchema,
  stream: flag,
  format: z.union([z.literal(''), formatSchema], 'expected "json" or a JSON Schema').nullish(), // "": none
  think: z
    .union(
      [z.boolean(), z.enum(['low', 'medium', 'high', 'max'])],
      'expected a boolean, "low", "medium", "high" or "max"',
    )
    .nullish(),
  options: optionsSchema.nullish(),
  keep_alive: keepAliveSchema,
  truncate: flag,
  shift: flag,
  logprobs: flag,
  top_logprobs: z.number().nullish(),
  _debug_render_only: flag,
};

export type SharedFields = z.output<z.ZodObject<typeof sharedFields>>;

/** Reads a body by its schema. Throws `invalid-request` with the path of the wrong field. */
export const readBody = <Shape extends z.ZodType>(schema: Shape, body: unknown): z.output<Shape> => {
  const result = schema.safeParse(body);
  if (!result.success) throw toInvalidRequest(result.error);
  return result.data;
};

export const dropped = (parameter: string, message: string): ChatWarning => ({
  code: 'parameter-dropped',
  parameter,
  message: `${parameter} was left out: ${message}`,
});

export const unsupported = (path: string, message: string): ChatError =>
  new ChatError('unsupported', `${path}: ${message}`, { path });

/** Whether a model is to be unloaded at once: 0 in any unit. */
export const isUnload = (keepAlive: SharedFields['keep_alive']): boolean =>
  typeof keepAlive === 'string' ? keepAlive.includes('0') && !/[1-9]/.test(keepAlive) : keepAlive === 0;

const warningsOf = ({ logprobs, top_logprobs: top }: SharedFields): readonly ChatWarning[] => [
  ...(logprobs === true ? [dropped('logprobs', 'an answer has no log probabilities')] : []),
  ...(top != null && top > 0 ? [dropped('top_logprobs', 'an answer has no log probabilities')] : []),
];

/** Notes the fields whose value means something else than leaving them out. */
export const noteOwnFields = (
  { keep_alive, truncate, shift }: Pick<SharedFields, 'keep_alive' | 'truncate' | 'shift'>,
  notes: Notes,
): void => {
  if (keep_alive != null) noteLost(notes, 'keep_alive');
  if (truncate === false) noteLost(notes, 'truncate');
  if (shift === false) noteLost(notes, 'shift');
};

export interface SharedRequest extends Pick<OwnParameters, 'onlyFor'> {
  readonly parameters: Omit<ChatRequest, 'model' | 'messages'>;
  readonly warnings: readonly ChatWarning[];
}

/** The parameters of a request by their names in the contract. Throws `unsupported`. */
export const readShared = (wire: SharedFields): SharedRequest => {
  const { format, think, keep_alive, truncate, shift } = wire;
  if (wire._debug_render_only === true) {
    throw unsupported('_debug_render_only', 'prompts are not rendered here');
  }
  const { parameters, own, lost } = readOptions(wire.options);
  const most = think === 'max' ? think : undefined;
  const ownFields = present({ options: own, keep_alive, truncate, shift, think: most });
  const { providerOptions, onlyFor } = toOwnParameters(ownFields, (notes) => {
    for (const name of lost) noteLost(notes, `options.${name}`);
    noteOwnFields(wire, notes);
    if (most) notes.change('think', '"max" is "high" for an upstream that knows no "max"');
  });
  return {
    parameters: {
      ...parameters,
      ...present({ format: format === '' ? undefined : format, think: think === 'max' ? 'high' : think }),
      ...present({ providerOptions }),
    },
    warnings: warningsOf(wire),
    ...present({ onlyFor }),
  };
};
