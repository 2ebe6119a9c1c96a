import { describe, expect, it } from 'vitest';
import { createRegistry, type Provider, type Registry, type RegistryOptions } from '../src/index.js';
import { providerOf } from './support/provider.js';

const reservedPrefixes = {
  local: 'add the section of local',
  hosted: 'set HOSTED_API_KEY',
  router: 'set ROUTER_API_KEY',
  coder: 'set CODER_API_KEY',
  moon: 'set MOON_API_KEY',
};

const registryOf = (ids: readonly string[], options: Partial<RegistryOptions> = {}): Registry => {
  const registry = createRegistry({
    defaultProvider: 'local',
    reservedPrefixes,
    tagRoutes: { cloud: 'hosted' },
    ...options,
  });
  for (const id of ids) registry.register(providerOf(id));
  return registry;
};

const all = registryOf([...Object.keys(reservedPrefixes), 'lab']);

const whereTo = (registry: Registry, model: string): string[] =>
  registry.resolve(model).targets.map((target) => `${target.provider.id} ← ${target.model}`);

describe('routing by name', () => {
  it.each([
    ['local/qwen3:4b', 'local ← qwen3:4b'],
    ['hosted/moon-k2.6', 'hosted ← moon-k2.6'],
    ['moon-k2.6:cloud', 'hosted ← moon-k2.6'],
    ['big-oss:120b-cloud', 'hosted ← big-oss:120b'],
    ['Moon-K2.6:CLOUD', 'hosted ← Moon-K2.6'],
    ['router/vendor/large-4.7', 'router ← vendor/large-4.7'],
    ['router/vendor/small:free', 'router ← vendor/small:free'],
    ['coder/large-4-7', 'coder ← large-4-7'],
    ['moon/moon-k2', 'moon ← moon-k2'],
    ['lab/org/model:tag', 'lab ← org/model:tag'],
    ['qwen3:4b', 'local ← qwen3:4b'],
    ['unknown/m', 'local ← unknown/m'],
    ['hf.co/unsloth/Qwen3-GGUF:Q4_K_M', 'local ← hf.co/unsloth/Qwen3-GGUF:Q4_K_M'],
    ['/m', 'local ← /m'],
    ['cloud', 'local ← cloud'],
    ['m-cloud', 'local ← m-cloud'],
    ['m:-cloud', 'local ← m:-cloud'],
    ['m:cloudy', 'local ← m:cloudy'],
    ['m:mycloud', 'local ← m:mycloud'],
    ['unknown/m:cloud', 'hosted ← unknown/m'],
  ])('%s', (model, target) => {
    expect(whereTo(all, model)).toEqual([target]);
  });

  it.each([
    ['local/x:cloud', 'local ← x:cloud'],
    ['router/x:120b-cloud', 'router ← x:120b-cloud'],
  ])('lets the prefix win over the tag: %s', (model, target) => {
    expect(whereTo(all, model)).toEqual([target]);
  });

  it('treats no name as a prefix that is neither registered nor reserved, be it a member of Object', () => {
    expect(whereTo(all, 'constructor/m')).toEqual(['local ← constructor/m']);
    expect(whereTo(all, '__proto__')).toEqual(['local ← __proto__']);
  });

  it.each([
    ['hosted/m', 'hosted'],
    ['m:cloud', 'hosted'],
    ['m:7b-cloud', 'hosted'],
    ['router/a/m', 'router'],
    ['coder/m', 'coder'],
    ['moon/m', 'moon'],
  ] as const)('never lets %s fall through to the default provider', (model, provider) => {
    expect(() => registryOf(['local']).resolve(model)).toThrow(
      expect.objectContaining({
        code: 'provider-unavailable',
        status: 404,
        provider,
        message: `${provider} is not configured: ${reservedPrefixes[provider]}`,
      }),
    );
  });

  it('says that the default provider is missing when nothing else fits', () => {
    expect(() => registryOf([]).resolve('m')).toThrow(
      expect.objectContaining({ code: 'provider-unavailable', provider: 'local' }),
    );
  });

  it.each(['', '  ', 'router/', 'local/ ', ':cloud', ' :cloud'])('refuses %j: it names no model', (model) => {
    expect(() => all.resolve(model)).toThrow(
      expect.objectContaining({ code: 'invalid-request', path: 'model' }),
    );
  });

  it('says in a sentence why a name leads where it does', () => {
    const reasonOf = (model: string) => all.resolve(model).targets[0]?.reason;
    expect(reasonOf('moon/m')).toBe('the prefix "moon/" names the provider');
    expect(reasonOf('m:cloud')).toBe('the tag ":cloud" leads to hosted');
    expect(reasonOf('m:7b-cloud')).toBe('the tag "-cloud" leads to hosted');
    expect(reasonOf('m')).toBe('the default provider takes every other name');
  });
});

describe('registration', () => {
  it('keeps the order', () => {
    expect(
      registryOf(['b', 'a'])
        .list()
        .map(({ id }) => id),
    ).toEqual(['b', 'a']);
    expect(registryOf(['b']).get('b')?.id).toBe('b');
    expect(registryOf(['b']).get('a')).toBeUndefined();
  });

  it.each(['', 'a/b', 'a:b', 'a b'])('refuses the id %j', (id) => {
    expect(() => registryOf([id])).toThrow(`provider id ${JSON.stringify(id)} must not be empty`);
  });

  it('refuses an id that is taken', () => {
    expect(() => registryOf(['a', 'a'])).toThrow('provider id "a" is registered twice');
  });

  it('refuses a provider of another specification', () => {
    const provider = { ...providerOf('a'), specificationVersion: 'v2' } as unknown as Provider;
    expect(() => createRegistry({ defaultProvider: 'a' }).register(provider)).toThrow(
      'provider "a" speaks specification "v2", this version knows "v1"',
    );
  });
});

describe('tiers', () => {
  it('stand for a model ID, or for several in order', () => {
    const models = { fast: 'qwen3:4b', frontier: ['coder/opus', 'router/a/opus'] };
    const registry = registryOf(['local', 'coder', 'router'], { models });
    expect(registry.tiers).toEqual(['fast', 'frontier']);
    expect(whereTo(registry, 'fast')).toEqual(['local ← qwen3:4b']);
    expect(whereTo(registry, 'frontier')).toEqual(['coder ← opus', 'router ← a/opus']);
    expect(registry.resolve('frontier')).toMatchObject({ requested: 'frontier', tier: 'frontier' });
    expect(registry.resolve('qwen3:4b')).not.toHaveProperty('tier');
  });

  it('may hold tiers; what is listed twice is tried once, where it came first', () => {
    const models = { best: ['fast', 'moon/k2', 'qwen3:4b'], fast: ['qwen3:4b', 'other3'] };
    const registry = registryOf(['local', 'moon'], { models });
    expect(whereTo(registry, 'best')).toEqual(['local ← qwen3:4b', 'local ← other3', 'moon ← k2']);
    expect(registry.resolve('best').targets[0]?.reason).toBe(
      'the tier "best" → "fast" lists "qwen3:4b"; the default provider takes every other name',
    );
  });

  it.each([
    ['a', { a: 'a' }, 'a → a'],
    ['a', { a: ['m', 'b'], b: 'c', c: ['a'] }, 'a → b → c → a'],
    ['a', { a: 'b', b: ['c', 'b'], c: 'm' }, 'a → b → b'],
  ])('stop the boot on a cycle, and show it (%#)', (tier, models, path) => {
    const registry = registryOf(['local'], { models });
    expect(() => registry.validate()).toThrow(`models.${tier}: `);
    expect(() => registry.validate()).toThrow(`it leads back to itself: ${path}`);
    expect(() => registry.resolve(tier)).toThrow(expect.objectContaining({ code: 'provider-unavailable' }));
  });

  it('stop the boot when they lead to a provider that is not there', () => {
    const registry = registryOf(['local'], { models: { fast: 'qwen3', judge: 'moon-k2.6:cloud' } });
    expect(() => registry.validate()).toThrow('models.judge: hosted is not configured: set HOSTED_API_KEY');
  });

  it('stop the boot when they list nothing', () => {
    expect(() => registryOf(['local'], { models: { none: [] } }).validate()).toThrow(
      'models.none: the tier "none" is not usable: it lists no model',
    );
  });

  it('pass the check when every one leads somewhere', () => {
    expect(() => registryOf(['local'], { models: { fast: 'qwen3' } }).validate()).not.toThrow();
  });

  const groupsOf = (registry: Registry, model: string): string[] =>
    registry
      .resolve(model)
      .groups.map(
        ({ strategy, targets }) =>
          `${strategy}: ${targets.map(({ model: name, weight }) => `${name}${weight === undefined ? '' : `*${weight}`}`).join(' ')}`,
      );

  it('may be balanced; a list in order may hold balanced ones, each a group of its own', () => {
    const models: RegistryOptions['models'] = {
      small: 'a',
      shared: { strategy: 'weighted', targets: [{ model: 'small', weight: 3 }, 'b'] },
      quick: { strategy: 'latency', targets: ['c', 'b', 'd'] },
      best: ['first', 'shared', 'quick', 'last'],
      plain: { targets: ['a', { model: 'b' }] },
    };
    const registry = registryOf(['local'], { models });
    expect(groupsOf(registry, 'shared')).toEqual(['weighted: a*3 b']);
    expect(groupsOf(registry, 'best')).toEqual([
      'fallback: first',
      'weighted: a*3 b',
      'latency: c d',
      'fallback: last',
    ]);
    expect(whereTo(registry, 'best').map((name) => name.at(-1))).toEqual(['t', 'a', 'b', 'c', 'd', 't']);
    expect(groupsOf(registry, 'plain')).toEqual(['fallback: a b']);
    expect(groupsOf(registry, 'x')).toEqual(['fallback: x']);
    expect(registry.resolve('best').targets[1]?.reason).toContain(
      'the tier "best" → "shared" → "small" lists "a"',
    );
  });

  it.each([
    ['a list', { inner: ['a', 'b'] }],
    ['a balanced tier', { inner: { strategy: 'weighted', targets: ['a'] } }],
  ] as const)('stop the boot when a balanced one holds %s: nobody could say whose turn it is', (_, inner) => {
    const models = { ...inner, outer: { strategy: 'least-busy' as const, targets: ['inner', 'c'] } };
    expect(() => registryOf(['local'], { models }).validate()).toThrow(
      'models.outer: the tier "outer" is not usable: "outer" is balanced, but lists "inner", which is not a single model',
    );
  });

  it('ask one model of one provider once, by whichever names it is listed', () => {
    const registry = registryOf(['local', 'lab'], { models: { twice: ['m', 'lab/m', 'local/m'] } });
    expect(whereTo(registry, 'twice')).toEqual(['local ← m', 'lab ← m']);
  });
});
