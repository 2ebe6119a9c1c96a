import {
  type ChatHandler,
  type ChatMiddleware,
  compose,
  createRegistry,
  type Provider,
} from '@lakehouse/chat-core';
import {
  type ProviderOverrides,
  type Script,
  startUpstream,
  testProvider,
} from '@lakehouse/provider-testkit';
import { createDemo } from '../../provider-testkit/test/support/demo-provider.js';
import { demoSuite } from '../../provider-testkit/test/support/demo-suite.js';
import {
  balance,
  buffered,
  createCircuitBreaker,
  createConcurrencyLimit,
  createTargetLoad,
  enforceEventRules,
  fallback,
  hedge,
  recordAttempt,
  retry,
  timeout,
} from '../src/index.js';

const target = { provider: 'demo', model: 'demo-1' };
const never = 60_000;

/** A demo provider whose calls go through something else. */
const around = (
  name: string,
  wrap: (handler: ChatHandler, overrides: ProviderOverrides | undefined) => ChatHandler,
): void => {
  testProvider({
    ...demoSuite(),
    name,
    create: (url, overrides): Provider => {
      const demo = createDemo(url, overrides);
      const stream = wrap((request, context) => demo.stream(request, context), overrides);
      return { ...demo, stream: (request, context) => stream(request, context) };
    },
  });
};

const circuits = createCircuitBreaker({ failures: 1_000_000, windowMs: never, cooldownMs: 1 });
const load = createTargetLoad();
const limits = { attempts: 2, baseDelayMs: 0, maxDelayMs: 0, maxRetryAfterMs: 0 };

const policies: Readonly<Record<string, ChatMiddleware>> = {
  retry: retry(limits),
  'circuit breaker': compose([circuits.guard(target), circuits.observe(target)]),
  'concurrency limit': createConcurrencyLimit('demo', {
    limit: 4,
    maxQueue: 100,
    queueTimeoutMs: never,
  }).guard(target),
  'hedge whose second attempt is not needed': (next) => hedge({ delayMs: never, second: next })(next),
  'record of attempts': recordAttempt(target),
  'event rules': enforceEventRules('demo'),
  'target load': load.observe(target),
  fallback: (handler) => fallback([{ ...target, handler }]),
  'balanced fallback': (handler) => {
    const targets = [{ ...target, handler: load.observe(target)(handler) }];
    return fallback(targets, { order: balance('latency', load) });
  },
};

for (const [name, policy] of Object.entries(policies)) around(name, policy);

// The provider itself would wait for ever, so that the limits are those of the policy.
testProvider({
  ...demoSuite(),
  name: 'timeout',
  create: (url, overrides) => {
    const demo = createDemo(url, overrides, 'stalls for ever');
    const { firstContentMs, idleMs } = overrides?.timeouts ?? {};
    const limited = timeout({
      provider: 'demo',
      ...(firstContentMs !== undefined && { firstContentMs }),
      ...(idleMs !== undefined && { idleMs }),
    });
    const stream = limited((request, context) => demo.stream(request, context));
    return { ...demo, stream: (request, context) => stream(request, context) };
  },
});

around('registry', (handler) => {
  const registry = createRegistry({ defaultProvider: 'demo', models: { 'demo-1': 'demo/demo-1' } });
  registry.register({ ...createDemo('http://127.0.0.1:9'), stream: handler });
  return (request, context) => {
    const [first] = registry.resolve(request.model).targets;
    if (!first) throw new Error('a route has a target');
    return first.provider.stream({ ...request, model: first.model }, context);
  };
});

// It holds an answer back until its end, so that the rules of a stream that has begun have nothing to look at: here it
// is a service that has its upstream for itself.
const { upstream: answers, scenarios, ...service } = demoSuite();
testProvider({
  ...service,
  name: 'buffered',
  create: async (_, overrides) => {
    const upstream = await startUpstream();
    upstream.reply(({ json: body }) => {
      const [tools, reasoning] = scenarios;
      const asked = Object.keys(body as object);
      if (asked.includes('tools')) return tools?.whole as Script;
      return (asked.includes('think') ? reasoning?.whole : answers?.stream) as Script;
    });
    const demo = createDemo(upstream.url, overrides);
    const stream = buffered()((request, context) => demo.stream(request, context));
    return {
      ...demo,
      stream: (request, context) => stream(request, context),
      close: async () => {
        await demo.close?.();
        await upstream.close();
      },
    };
  },
  scenarios: scenarios.slice(0, 2),
});
