import { availableParallelism } from 'node:os';
import path from 'node:path';
import { ChatError, type Timeouts } from '@lakehouse/chat-core';
import { z } from 'zod';

/** The name of this plugin, and its key in `providerOptions`. */
export const pluginName = 'llama-cpp';

/** The first call of a model loads it, and a long prompt takes its time before the first token. */
export const llamaCppTimeouts: Timeouts = { firstContentMs: 300_000, idleMs: 120_000 };

/** Which binary of node-llama-cpp is used: `false` is the CPU's, `true` the best one that is installed. */
export type Gpu = boolean | 'cuda' | 'vulkan' | 'metal';

/** What `createLlamaCpp` takes: one `model`, or several by their names. */
export interface LlamaCppSettings {
  /** The path of a GGUF file; the model is called by the file's name without `.gguf`. */
  readonly model?: string;
  /** The paths of GGUF files by the names that the models are called by. */
  readonly models?: Readonly<Record<string, string>>;
  /** Tokens that prompt and answer share; default 4,096, and never more than the model was trained on. */
  readonly contextSize?: number;
  /** Answers of one model at a time, each with a context of its own; default 1. */
  readonly sequences?: number;
  /** Threads for all models together; default the machine's cores less one. */
  readonly threads?: number;
  /** Default `false`. */
  readonly gpu?: Gpu;
  /** Calls of one model that may wait for a sequence; more are refused with `overloaded`. Default 16. */
  readonly maxQueue?: number;
}

/** The settings with their defaults. */
export interface EngineSettings {
  /** Absolute paths by name. */
  readonly files: ReadonlyMap<string, string>;
  readonly contextSize: number;
  readonly sequences: number;
  readonly threads: number;
  readonly gpu: Gpu;
  readonly maxQueue: number;
}

const pathRule = 'expected the path of a GGUF file on this machine: nothing is downloaded';

/** A drive letter of Windows is one letter long, a protocol such as `hf:` is longer. */
const localPath = z
  .string()
  .min(1, pathRule)
  .refine((text) => !/^[a-z][a-z\d+.-]+:/i.test(text), pathRule);

const count = (least: number, most: number) =>
  z.int(`expected a whole number from ${least} to ${most}`).min(least).max(most).exactOptional();

const gpuRule = 'expected true, false, "cuda", "vulkan" or "metal"';

/** The options of the config file. */
export const llamaCppOptions = z
  .strictObject({
    model: localPath.exactOptional(),
    models: z
      .record(z.string().min(1, 'expected a name for the model'), localPath)
      .refine((models) => Object.keys(models).length > 0, 'expected at least one model')
      .exactOptional(),
    context_size: count(64, 10_000_000),
    sequences: count(1, 256),
    threads: count(1, 1024),
    gpu: z.union([z.boolean(), z.enum(['cuda', 'vulkan', 'metal'])], gpuRule).exactOptional(),
    max_queue: count(0, 100_000),
  })
  .refine(({ model, models }) => (model === undefined) !== (models === undefined), {
    path: ['models'],
    error: 'expected either model = "/path/to/file.gguf", or models = { name = "/path/to/file.gguf" }',
  })
  .transform(
    ({ context_size, max_queue, ...rest }): LlamaCppSettings => ({
      ...rest,
      ...(context_size !== undefined && { contextSize: context_size }),
      ...(max_queue !== undefined && { maxQueue: max_queue }),
    }),
  );

const nameOf = (file: string): string => path.basename(file).replace(/\.gguf$/i, '');

/** Puts the defaults in; throws `invalid-request` for settings of a script that break the rules of the config file. */
export const resolveSettings = (settings: LlamaCppSettings, provider: string): EngineSettings => {
  const { contextSize, maxQueue, ...rest } = settings;
  const { error } = llamaCppOptions.safeParse({
    ...rest,
    ...(contextSize !== undefined && { context_size: contextSize }),
    ...(maxQueue !== undefined && { max_queue: maxQueue }),
  });
  const issue = error?.issues[0];
  if (issue) {
    const where = issue.path.join('.');
    throw new ChatError('invalid-request', `${provider}: ${where}: ${issue.message}`, {
      provider,
      path: where,
    });
  }
  const { model, models = model === undefined ? {} : { [nameOf(model)]: model } } = settings;
  return {
    files: new Map(Object.entries(models).map(([name, file]) => [name, path.resolve(file)])),
    contextSize: contextSize ?? 4096,
    sequences: settings.sequences ?? 1,
    threads: settings.threads ?? Math.max(1, availableParallelism() - 1),
    gpu: settings.gpu ?? false,
    maxQueue: maxQueue ?? 16,
  };
};
