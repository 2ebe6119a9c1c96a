import { availableParallelism } from 'node:os';
import { bindAddress, byteSize, duration } from '@lakehouse/config-file';
import { z } from 'zod';
import { addressDefect } from './plugin-host/address-rules.js';

const positiveDuration = duration.refine((ms) => ms > 0, 'expected a duration longer than 0');
const count = (least: number, most: number): z.ZodNumber =>
  z
    .number()
    .refine(
      (value) => Number.isInteger(value) && value >= least && value <= most,
      `expected a whole number from ${least} to ${most}`,
    );

/** More than a machine for this has; each costs the memory of a process. */
const mostWorkers = 64;
const workerRule = `expected a whole number from 1 to ${mostWorkers}, or "auto" for one per core`;

/** How many processes serve the address. */
const workers = z
  .union([z.literal('auto'), z.number()], { error: workerRule })
  .transform((value) => (value === 'auto' ? Math.min(availableParallelism(), mostWorkers) : value))
  .refine((value) => Number.isInteger(value) && value >= 1 && value <= mostWorkers, workerRule);

const timeouts = z.strictObject({
  connect: duration.exactOptional(),
  first_content: duration.exactOptional(),
  idle: duration.exactOptional(),
});

const retry = z.strictObject({
  /** Calls of one target at most, the first included. */
  attempts: count(1, 20).exactOptional(),
  base_delay: positiveDuration.exactOptional(),
  max_delay: positiveDuration.exactOptional(),
  max_retry_after: duration.exactOptional(),
});

const breaker = z.strictObject({
  /** 0 switches it off. */
  failures: count(0, 1000).exactOptional(),
  window: positiveDuration.exactOptional(),
  cooldown: positiveDuration.exactOptional(),
});

const providerId = z
  .string()
  .regex(
    /^[^/:\s]+$/,
    'a provider id must not hold "/", ":" or white space: it is the prefix of model names',
  );

const packageName = z.string().min(1, 'expected the name of an npm package, or a path that begins with "./"');
const mostCalls = 100_000;

/** IP addresses and ranges of them. */
const addresses = z.array(
  z.string().superRefine((text, context) => {
    const message = addressDefect(text);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  }),
);

/** What this service reads of a provider's table; everything else in it is the plugin's. */
const providerTable = z.looseObject({
  use: packageName,
  timeouts: timeouts.exactOptional(),
  retry: retry.exactOptional(),
  breaker: breaker.exactOptional(),
  /** Calls at a time. */
  concurrency: count(1, mostCalls).exactOptional(),
  /** The only ones that it may reach; it goes before that of all plugins. */
  addresses: addresses.exactOptional(),
});

/** Not known to a plugin's schema, but meant when one of them is misspelt. */
export const providerKeys: readonly string[] = Object.keys(providerTable.shape);

const mebibyte = 1024 * 1024;

const positiveSize = byteSize.refine((bytes) => bytes > 0, 'expected a size above 0');

export const chatdTable = z.strictObject({
  bind: bindAddress.default({ host: '127.0.0.1', port: 3220 }),
  allow_open: z.boolean().default(false),
  /** Names, beside IP addresses and localhost, under which callers may reach it. */
  allowed_hosts: z.array(z.string().min(1, 'expected a host name')).default([]),
  default_provider: z.string().optional(),
  workers: workers.prefault(1),
  timeout: positiveDuration.default(180_000),
  drain_timeout: duration.default(30_000),
  strict: z.boolean().default(false),
  log_format: z.enum(['auto', 'json', 'pretty']).default('auto'),
  timeouts: timeouts.default({}),
  retry: retry.default({}),
  breaker: breaker.default({}),
  limits: z
    .strictObject({
      max_body: positiveSize.default(32 * mebibyte),
      max_answer: positiveSize.default(64 * mebibyte),
      max_line: positiveSize.default(16 * mebibyte),
      max_concurrent: count(1, mostCalls).exactOptional(),
      max_queue: count(0, mostCalls).default(100),
      queue_timeout: positiveDuration.default(30_000),
    })
    .prefault({}),
  plugins: z
    .strictObject({
      /** What may be loaded: names of packages or paths, with `*` for a part of one. */
      packages: z.array(packageName).exactOptional(),
      addresses: addresses.exactOptional(),
    })
    .default({}),
  providers: z.record(providerId, providerTable).default({}),
});

const modelId = z.string().min(1, 'expected a model ID');

const weightedModel = z.strictObject({
  model: modelId,
  weight: z.number().positive('expected a weight above 0').exactOptional(),
});

/** Who adds a weight to a plain list is told where it belongs. */
const listedModel = z
  .string({
    error: ({ input }) =>
      typeof input === 'object' && !Array.isArray(input)
        ? 'expected a model ID; weights stand in a table with targets and a strategy: { targets = [{ model = "a", weight = 2 }, "b"], strategy = "weighted" }'
        : undefined,
  })
  .min(1, 'expected a model ID');

const tierTable = z
  .strictObject({
    targets: z.array(z.union([modelId, weightedModel])).min(1, 'expected at least one model ID'),
    strategy: z.enum(['fallback', 'weighted', 'least-busy', 'latency']).exactOptional(),
    /** Whether a streamed answer is held until it is complete, so that a cut one can still be rescued. */
    delivery: z.enum(['stream', 'buffered']).exactOptional(),
    /** How long the first attempt may say nothing before a second one is made beside it. */
    hedge: positiveDuration.exactOptional(),
    timeout: positiveDuration.exactOptional(),
    retry: retry.exactOptional(),
  })
  .superRefine(({ targets, strategy = 'fallback' }, context) => {
    if (strategy !== 'fallback') return;
    for (const [index, target] of targets.entries()) {
      if (typeof target === 'string' || target.weight === undefined) continue;
      const message = 'expected no weight without strategy = "weighted", "least-busy" or "latency"';
      context.addIssue({ code: 'custom', path: ['targets', index, 'weight'], message });
    }
  })
  .refine(({ delivery, hedge }) => delivery !== 'buffered' || hedge === undefined, {
    path: ['hedge'],
    error: 'expected no hedge beside delivery = "buffered": a held answer has its first content at its end',
  });

export const modelTable = z.record(
  z.string().min(1, 'expected a name for the model or the tier'),
  z.union([modelId, z.array(listedModel).min(1, 'expected at least one model ID'), tierTable]),
);

export type TimeoutTable = z.output<typeof timeouts>;
export type RetryTable = z.output<typeof retry>;
export type BreakerTable = z.output<typeof breaker>;
export type ProviderTable = z.output<typeof providerTable>;
export type PluginTable = z.output<typeof chatdTable>['plugins'];
export type TierEntry = z.output<typeof modelTable>[string];
