import { type ChatRequest, type JsonObject, jsonObjectSchema, listOf } from '@lakehouse/chat-core';
import { z } from 'zod';
import { present } from '../present.js';

const number = z.number().nullish();
const flag = z.boolean().nullish();
const stopText = z.string().min(1, 'expected a text that is not empty');

/** The `options` of a request. Those that are not named here are kept: an upstream may know them. */
export const optionsSchema = z
  .looseObject({
    temperature: number,
    top_p: number,
    top_k: number,
    seed: number,
    num_predict: number,
    presence_penalty: number,
    frequency_penalty: number,
    // The original wants a list; a single text can mean only one thing.
    stop: z.union([stopText, listOf(stopText)], 'expected a list of strings').nullish(),
    min_p: number,
    typical_p: number,
    tfs_z: number,
    repeat_penalty: number,
    repeat_last_n: number,
    mirostat: number,
    mirostat_tau: number,
    mirostat_eta: number,
    num_ctx: number,
    num_keep: number,
    num_batch: number,
    num_gpu: number,
    main_gpu: number,
    num_thread: number,
    use_mmap: flag,
    use_mlock: flag,
    numa: flag,
    low_vram: flag,
    penalize_newline: flag,
  })
  // They go on inside of an object, which is a level more.
  .refine((options) => jsonObjectSchema.safeParse({ options }).success, 'expected JSON of at most 63 levels');

type WireOptions = z.output<typeof optionsSchema>;

type Sampling =
  | 'temperature'
  | 'topP'
  | 'topK'
  | 'seed'
  | 'maxTokens'
  | 'presencePenalty'
  | 'frequencyPenalty';

interface Counterpart {
  readonly parameter: Sampling;
  /** Whether the contract takes the value. */
  fits(value: number): boolean;
  /** Whether the value means the same as leaving the parameter out. */
  isNothing?(value: number): boolean;
}

const within =
  (least: number, most: number) =>
  (value: number): boolean =>
    value >= least && value <= most;
const isWhole = (value: number): boolean => Number.isSafeInteger(value);
const isNegative = (value: number): boolean => value < 0;

/** The options that the contract has a parameter for. */
const counterparts: Readonly<Record<string, Counterpart>> = {
  temperature: { parameter: 'temperature', fits: within(0, Number.MAX_VALUE) },
  top_p: { parameter: 'topP', fits: within(0, 1) },
  top_k: { parameter: 'topK', fits: (value) => isWhole(value) && value >= 0, isNothing: isNegative },
  seed: { parameter: 'seed', fits: (value) => isWhole(value) && value !== -1, isNothing: isNegative },
  num_predict: {
    parameter: 'maxTokens',
    fits: (value) => isWhole(value) && value > 0,
    isNothing: (value) => value <= 0, // -1 and -2: until the model stops
  },
  presence_penalty: { parameter: 'presencePenalty', fits: within(-2, 2) },
  frequency_penalty: { parameter: 'frequencyPenalty', fits: within(-2, 2) },
};

/** The parameters of the contract that stand in `options`, as paths in the body. */
export const optionPaths: ReadonlyMap<string, string> = new Map([
  ['stop', 'options.stop'],
  ...Object.entries(counterparts).map(([name, { parameter }]) => [parameter, `options.${name}`] as const),
]);

/** Options as they are, for an upstream of this protocol; undefined when there are none. */
export const toOwnOptions = (options: object | null | undefined): JsonObject | undefined => {
  const given = Object.entries((options ?? {}) as JsonObject);
  const kept = given.filter(([, value]) => value !== null);
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
};

interface ReadOptions {
  readonly parameters: Pick<ChatRequest, Sampling | 'stop'>;
  /** What is left: an upstream of this protocol gets it unchanged, others have nothing like it. */
  readonly own: JsonObject | undefined;
  /** Names of those among it that mean something, which others do not get. */
  readonly lost: readonly string[];
}

/** Whether leaving an option out means the same as its value. */
const isNothing = (name: string, value: unknown): boolean =>
  typeof value === 'number' &&
  Object.hasOwn(counterparts, name) &&
  counterparts[name]?.isNothing?.(value) === true;

/**
 * Splits `options` into the parameters of the contract and the rest. A value that the contract does not take, such as
 * a limit of -1, is of the rest.
 */
export const readOptions = (options: WireOptions | null | undefined): ReadOptions => {
  const { stop, ...others } = options ?? {};
  const parameters: Partial<Record<Sampling, number>> = {};
  const rest: Record<string, JsonObject[string]> = {};
  for (const [name, value] of Object.entries(toOwnOptions(others) ?? {})) {
    const known = Object.hasOwn(counterparts, name) ? counterparts[name] : undefined;
    if (known && typeof value === 'number' && known.fits(value)) {
      parameters[known.parameter] = value;
      continue;
    }
    rest[name] = value;
  }
  return {
    parameters: { ...parameters, ...present({ stop: typeof stop === 'string' ? [stop] : stop }) },
    own: toOwnOptions(rest),
    lost: Object.keys(rest).filter((name) => !isNothing(name, rest[name])),
  };
};
