import { isConfigError, parseConfig } from '@lakehouse/config-file';
import { describe, expect, it } from 'vitest';
import { readChatdConfig } from '../src/config.js';
import { createRuntime } from '../src/runtime.js';

const provider = (settings: string): string =>
  `[chatd.providers.lab]\nuse = "@lakehouse/provider-openai-compat"\nurl = "http://127.0.0.1:9/v1"\n${settings}`;

const read = (toml: string) => readChatdConfig(parseConfig(toml, 'lakehouse.toml'));

/** What an operator is shown, line by line. */
const problemsOf = async (toml: string): Promise<readonly string[]> => {
  try {
    const runtime = await createRuntime(read(toml), { environment: {}, warn: () => undefined });
    await runtime.close();
  } catch (error) {
    if (isConfigError(error)) return error.message.split('\n');
    throw error;
  }
  return [];
};

describe('a config that is right', () => {
  it('has defaults that suit a newcomer', () => {
    expect(read('')).toMatchObject({
      retry: { attempts: 3, baseDelayMs: 500, maxDelayMs: 8000, maxRetryAfterMs: 30_000 },
      breaker: { failures: 5, windowMs: 30_000, cooldownMs: 10_000 },
      limits: { maxQueue: 100, queueTimeoutMs: 30_000 },
    });
    expect(read('').limits).not.toHaveProperty('maxConcurrent');
    expect(read('').tiers.size).toBe(0);
  });

  it('takes every setting of a policy', () => {
    const config = read(`[chatd.retry]
attempts = 20
base_delay = "1ms"
max_delay = "2s"
max_retry_after = "0s"
[chatd.breaker]
failures = 0
window = "1m"
cooldown = "3s"
[chatd.limits]
max_concurrent = 8
max_queue = 0
queue_timeout = "4s"
max_answer = "1MiB"
max_line = "64KiB"
${provider('concurrency = 2\nretry = { attempts = 1 }\nbreaker = { cooldown = "7s" }\n')}`);
    expect(config).toMatchObject({
      retry: { attempts: 20, baseDelayMs: 1, maxDelayMs: 2000, maxRetryAfterMs: 0 },
      breaker: { failures: 0, windowMs: 60_000, cooldownMs: 3000 },
      limits: { maxConcurrent: 8, maxQueue: 0, queueTimeoutMs: 4000 },
      answerLimits: { bodyBytes: 1024 * 1024, lineBytes: 64 * 1024 },
    });
    expect(config.providers).toMatchObject([
      {
        concurrency: 2,
        retry: { attempts: 1 },
        breaker: { cooldownMs: 7000 },
        options: { url: 'http://127.0.0.1:9/v1' },
      },
    ]);
    expect(config.providers[0]?.options).not.toHaveProperty('concurrency');
  });

  it('takes every setting of a tier', () => {
    const { models, tiers } = read(`[models.pair]
targets = ["lab/a", { model = "lab/b", weight = 0.5 }]
strategy = "weighted"
hedge = "500ms"
timeout = "5m"
retry = { attempts = 2 }
[models.held]
targets = ["lab/a"]
delivery = "buffered"
`);
    expect(models.pair).toMatchObject({
      targets: ['lab/a', { model: 'lab/b', weight: 0.5 }],
      strategy: 'weighted',
    });
    expect(tiers.get('pair')).toEqual({ hedgeMs: 500, totalMs: 300_000, retry: { attempts: 2 } });
    expect(tiers.get('held')).toEqual({ buffered: true, retry: {} });
  });

  it('takes a hedge beside delivery = "stream", which is the case anyway', () => {
    expect(() => read('[models.t]\ntargets = ["a"]\ndelivery = "stream"\nhedge = "1s"\n')).not.toThrow();
  });
});

const positive = 'expected a duration longer than 0';
const withUnit = 'expected a duration with a unit such as "500ms", "3s", "2m" or "1h"';

describe('a wrong setting is told with its place and what would be right', () => {
  it.each([
    ['[chatd.retry]\nattempts = 0', '2:12: chatd.retry.attempts: expected a whole number from 1 to 20'],
    ['[chatd.retry]\nattempts = 1.5', '2:12: chatd.retry.attempts: expected a whole number from 1 to 20'],
    ['[chatd.retry]\nattempts = 1e30', '2:12: chatd.retry.attempts: expected a whole number from 1 to 20'],
    ['[chatd.retry]\nattempts = "3"', '2:12: chatd.retry.attempts: expected a number, found a string'],
    ['[chatd.retry]\nattempts = inf', '2:12: chatd.retry.attempts: expected a number, found inf or nan'],
    ['[chatd.retry]\nbase_delay = "0s"', `2:14: chatd.retry.base_delay: ${positive}`],
    ['[chatd.retry]\nmax_delay = 8', `2:13: chatd.retry.max_delay: ${withUnit}, found a number`],
    ['[chatd.retry]\nmax_retry_after = "30"', `2:19: chatd.retry.max_retry_after: ${withUnit}`],
    ['[chatd.retry]\natempts = 3', '2:1: chatd.retry.atempts: unknown key; did you mean "attempts"?'],
    [
      '[chatd.retry]\ntimes = 3',
      '2:1: chatd.retry.times: unknown key; expected one of attempts, base_delay, max_delay, max_retry_after',
    ],
    ['[chatd]\nretry = 3', '2:9: chatd.retry: expected a table, found a number'],
    [
      '[chatd.breaker]\nfailures = -1',
      '2:12: chatd.breaker.failures: expected a whole number from 0 to 1000',
    ],
    ['[chatd.breaker]\nwindow = "0s"', `2:10: chatd.breaker.window: ${positive}`],
    ['[chatd.breaker]\ncooldown = "0s"', `2:12: chatd.breaker.cooldown: ${positive}`],
    ['[chatd]\nbreaker = false', '2:11: chatd.breaker: expected a table, found a boolean'],
    [
      '[chatd.limits]\nmax_concurrent = 0',
      '2:18: chatd.limits.max_concurrent: expected a whole number from 1 to 100000',
    ],
    [
      '[chatd.limits]\nmax_queue = -1',
      '2:13: chatd.limits.max_queue: expected a whole number from 0 to 100000',
    ],
    ['[chatd.limits]\nmax_answer = "0KiB"', '2:14: chatd.limits.max_answer: expected a size above 0'],
    ['[chatd.limits]\nqueue_timeout = "0s"', `2:17: chatd.limits.queue_timeout: ${positive}`],
    [
      '[chatd.limits]\nmax_concurrency = 3',
      '2:1: chatd.limits.max_concurrency: unknown key; did you mean "max_concurrent"?',
    ],
  ])('%j', async (toml, problem) => {
    expect(await problemsOf(toml)).toEqual([`lakehouse.toml:${problem}`]);
  });
});

describe("a wrong setting of a provider's own", () => {
  it.each([
    ['concurrency = 0', '4:15', 'concurrency: expected a whole number from 1 to 100000'],
    ['retry = { attempts = 0 }', '4:22', 'retry.attempts: expected a whole number from 1 to 20'],
    ['retry = { atempts = 1 }', '4:11', 'retry.atempts: unknown key; did you mean "attempts"?'],
    ['breaker = { failures = "5" }', '4:24', 'breaker.failures: expected a number, found a string'],
    // Its own keys and those of its package stand in one table: both are known.
    ['concurency = 4', '4:1', 'concurency: unknown key; did you mean "concurrency"?'],
    ['key_enf = "LAB_KEY"', '4:1', 'key_enf: unknown key; did you mean "key_env"?'],
    [
      'quirks = { retry = 1 }',
      '4:12',
      expect.stringMatching(/^quirks\.retry: unknown key; expected one of max_/),
    ],
  ])('%j', async (setting, place, problem) => {
    const [line = '', ...more] = await problemsOf(provider(setting));
    expect(more).toEqual([]);
    const prefix = `lakehouse.toml:${place}: chatd.providers.lab.`;
    expect(line.slice(0, prefix.length)).toBe(prefix);
    expect(line.slice(prefix.length)).toEqual(problem);
  });
});

const tier = (settings: string): string => `[models.t]\ntargets = ["lab/a"]\n${settings}`;

describe('a wrong tier', () => {
  it.each([
    ['[models.t]\ntargets = []', '2:11: models.t.targets: expected at least one model ID'],
    ['[models.t]\ntargets = "a"', '2:11: models.t.targets: expected an array, found a string'],
    ['[models.t]\nstrategy = "weighted"', '1:9: models.t.targets: missing; expected an array'],
    [
      '[models.t]\ntargets = ["a", ["b", "c"]]',
      '2:17: models.t.targets[1]: expected a string or a table, found an array',
    ],
    ['[models.t]\ntargets = ["a", ""]', '2:17: models.t.targets[1]: expected a model ID'],
    ['[models.t]\ntargets = [{ weight = 2 }]', '2:12: models.t.targets[0].model: missing; expected a string'],
    [
      '[models.t]\ntargets = [{ model = "a", wieght = 2 }]',
      '2:27: models.t.targets[0].wieght: unknown key; did you mean "weight"?',
    ],
    [
      '[models.t]\nstrategy = "weighted"\ntargets = [{ model = "a", weight = 0 }]',
      '3:36: models.t.targets[0].weight: expected a weight above 0',
    ],
    [
      '[models.t]\ntargets = ["a", { model = "b", weight = 2 }]',
      '2:41: models.t.targets[1].weight: expected no weight without strategy = "weighted", "least-busy" or "latency"',
    ],
    [
      tier('strategy = "round-robin"'),
      '3:12: models.t.strategy: expected "fallback", "weighted", "least-busy", or "latency"',
    ],
    [tier('delivery = "held"'), '3:12: models.t.delivery: expected "stream" or "buffered"'],
    [tier('hedge = "0s"'), `3:9: models.t.hedge: ${positive}`],
    [
      tier('delivery = "buffered"\nhedge = "1s"'),
      '4:9: models.t.hedge: expected no hedge beside delivery = "buffered": a held answer has its first content at its end',
    ],
    [tier('timeout = "0s"'), `3:11: models.t.timeout: ${positive}`],
    [tier('retry = { attempts = 0 }'), '3:22: models.t.retry.attempts: expected a whole number from 1 to 20'],
    [tier('retry = { atempts = 2 }'), '3:11: models.t.retry.atempts: unknown key; did you mean "attempts"?'],
    [
      tier('breaker = { failures = 2 }'),
      '3:1: models.t.breaker: unknown key; expected one of targets, strategy, delivery, hedge, timeout, retry',
    ],
    [
      '[models]\nt = ["a", { model = "b", weight = 2 }]',
      '2:11: models.t[1]: expected a model ID; weights stand in a table with targets and a strategy: { targets = [{ model = "a", weight = 2 }, "b"], strategy = "weighted" }',
    ],
    ['[models]\nt = ["a", 3]', '2:11: models.t[1]: expected a string, found a number'],
    ['[models]\nt = ["a", ""]', '2:11: models.t[1]: expected a model ID'],
    ['[models]\nt = true', '2:5: models.t: expected a string, an array, or a table, found a boolean'],
    ['[models]\n"" = "a"', '2:1: models."": expected a name for the model or the tier'],
  ])('%j', async (toml, problem) => {
    expect(await problemsOf(toml)).toEqual([`lakehouse.toml:${problem}`]);
  });

  it('a list inside of a balanced tier would leave open whose turn it is', async () => {
    const models = `[models]
list = ["lab/a", "lab/b"]
[models.pair]
targets = ["lab/c", "list"]
strategy = "least-busy"
`;
    expect(await problemsOf(models + provider(''))).toEqual([
      'lakehouse.toml:3:9: models.pair: the tier "pair" is not usable: "pair" is balanced, but lists "list", which is not a single model',
    ]);
  });
});
