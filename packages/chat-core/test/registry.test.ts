import { describe, expect, it } from 'vitest';
import { createRegistry, type Provider, type Registry, type RegistryOptions } from '../src/index.js';
import { providerOf } from './support/provider.js';

const reservedPrefixes = {
  ollama: 'add the section of ollama',
  ollama_cloud: 'set OLLAMA_API_KEY',
  openrouter: 'set OPENROUTER_API_KEY',
  opencode: 'set OPENCODE_API_KEY',
  kimi: 'set KIMI_API_KEY',
};

const registryOf = (ids: readonly string[], options: Partial<RegistryOptions> = {}): Registry => {
  const registry = createRegistry({
    defaultProvider: 'ollama',
    reservedPrefixes,
    tagRoutes: { cloud: 'ollama_cloud' },
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
    ['ollama/qwen3:4b', 'ollama ← qwen3:4b'],
    ['ollama_cloud/kimi-k2.6', 'ollama_cloud ← kimi-k2.6'],
    ['kimi-k2.6:cloud', 'ollama_cloud ← kimi-k2.6'],
    ['gpt-oss:120b-cloud', 'ollama_cloud ← gpt-oss:120b'],
    ['Kimi-K2.6:CLOUD', 'ollama_cloud ← Kimi-K2.6'],
    ['openrouter/anthropic/claude-opus-4.7', 'openrouter ← anthropic/claude-opus-4.7'],
    ['openrouter/qwen/qwen3:free', 'openrouter ← qwen/qwen3:free'],
    ['opencode/claude-opus-4-7', 'opencode ← claude-opus-4-7'],
    ['kimi/kimi-k2', 'kimi ← kimi-k2'],
    ['lab/org/model:tag', 'lab ← org/model:tag'],
    ['qwen3:4b', 'ollama ← qwen3:4b'],
    ['unknown/m', 'ollama ← unknown/m'],
    ['hf.co/unsloth/Qwen3-GGUF:Q4_K_M', 'ollama ← hf.co/unsloth/Qwen3-GGUF:Q4_K_M'],
    ['/m', 'ollama ← /m'],
    ['cloud', 'ollama ← cloud'],
    ['m-cloud', 'ollama ← m-cloud'],
    ['m:-cloud', 'ollama ← m:-cloud'],
    ['m:cloudy', 'ollama ← m:cloudy'],
    ['m:mycloud', 'ollama ← m:mycloud'],
    ['unknown/m:cloud', 'ollama_cloud ← unknown/m'],
  ])('%s', (model, target) => {
    expect(whereTo(all, model)).toEqual([target]);
  });

  it.each([
    ['ollama/x:cloud', 'ollama ← x:cloud'],
    ['openrouter/x:120b-cloud', 'openrouter ← x:120b-cloud'],
  ])('lets the prefix win over the tag: %s', (model, target) => {
    expect(whereTo(all, model)).toEqual([target]);
  });

  it('treats no name as a prefix that is neither registered nor reserved, be it a member of Object', () => {
    expect(whereTo(all, 'constructor/m')).toEqual(['ollama ← constructor/m']);
    expect(whereTo(all, '__proto__')).toEqual(['ollama ← __proto__']);
  });

  it.each([
    ['ollama_cloud/m', 'ollama_cloud'],
    ['m:cloud', 'ollama_cloud'],
    ['m:7b-cloud', 'ollama_cloud'],
    ['openrouter/a/m', 'openrouter'],
    ['opencode/m', 'opencode'],
    ['kimi/m', 'kimi'],
  ] as const)('never lets %s fall through to the default provider', (model, provider) => {
    expect(() => registryOf(['ollama']).resolve(model)).toThrow(
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
      expect.objectContaining({ code: 'provider-unavailable', provider: 'ollama' }),
    );
  });

  it.each(['', '  ', 'openrouter/', 'ollama/ ', ':cloud', ' :cloud'])(
    'refuses %j: it names no model',
    (model) => {
      expect(() => all.resolve(model)).toThrow(
        expect.objectContaining({ code: 'invalid-request', path: 'model' }),
      );
    },
  );

  it('says in a sentence why a name leads where it does', () => {
    const reasonOf = (model: string) => all.resolve(model).targets[0]?.reason;
    expect(reasonOf('kimi/m')).toBe('the prefix "kimi/" names the provider');
    expect(reasonOf('m:cloud')).toBe('the tag ":cloud" leads to ollama_cloud');
    expect(reasonOf('m:7b-cloud')).toBe('the tag "-cloud" leads to ollama_cloud');
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
    const models = { fast: 'qwen3:4b', frontier: ['opencode/opus', 'openrouter/a/opus'] };
    const registry = registryOf(['ollama', 'opencode', 'openrouter'], { models });
    expect(registry.tiers).toEqual(['fast', 'frontier']);
    expect(whereTo(registry, 'fast')).toEqual(['ollama ← qwen3:4b']);
    expect(whereTo(registry, 'frontier')).toEqual(['opencode ← opus', 'openrouter ← a/opus']);
    expect(registry.resolve('frontier')).toMatchObject({ requested: 'frontier', tier: 'frontier' });
    expect(registry.resolve('qwen3:4b')).not.toHaveProperty('tier');
  });

  it('may hold tiers; what is listed twice is tried once, where it came first', () => {
    const models = { best: ['fast', 'kimi/k2', 'qwen3:4b'], fast: ['qwen3:4b', 'llama3'] };
    const registry = registryOf(['ollama', 'kimi'], { models });
    expect(whereTo(registry, 'best')).toEqual(['ollama ← qwen3:4b', 'ollama ← llama3', 'kimi ← k2']);
    expect(registry.resolve('best').targets[0]?.reason).toBe(
      'the tier "best" → "fast" lists "qwen3:4b"; the default provider takes every other name',
    );
  });

  it.each([
    ['a', { a: 'a' }, 'a → a'],
    ['a', { a: ['m', 'b'], b: 'c', c: ['a'] }, 'a → b → c → a'],
    ['a', { a: 'b', b: ['c', 'b'], c: 'm' }, 'a → b → b'],
  ])('stop the boot on a cycle, and show it (%#)', (tier, models, path) => {
    const registry = registryOf(['ollama'], { models });
    expect(() => registry.validate()).toThrow(`models.${tier}: `);
    expect(() => registry.validate()).toThrow(`it leads back to itself: ${path}`);
    expect(() => registry.resolve(tier)).toThrow(expect.objectContaining({ code: 'provider-unavailable' }));
  });

  it('stop the boot when they lead to a provider that is not there', () => {
    const registry = registryOf(['ollama'], { models: { fast: 'qwen3', judge: 'kimi-k2.6:cloud' } });
    expect(() => registry.validate()).toThrow(
      'models.judge: ollama_cloud is not configured: set OLLAMA_API_KEY',
    );
  });

  it('stop the boot when they list nothing', () => {
    expect(() => registryOf(['ollama'], { models: { none: [] } }).validate()).toThrow(
      'models.none: the tier "none" is not usable: it lists no model',
    );
  });

  it('pass the check when every one leads somewhere', () => {
    expect(() => registryOf(['ollama'], { models: { fast: 'qwen3' } }).validate()).not.toThrow();
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
    const registry = registryOf(['ollama'], { models });
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
    expect(() => registryOf(['ollama'], { models }).validate()).toThrow(
      'models.outer: the tier "outer" is not usable: "outer" is balanced, but lists "inner", which is not a single model',
    );
  });

  it('ask one model of one provider once, by whichever names it is listed', () => {
    const registry = registryOf(['ollama', 'lab'], { models: { twice: ['m', 'lab/m', 'ollama/m'] } });
    expect(whereTo(registry, 'twice')).toEqual(['ollama ← m', 'lab ← m']);
  });
});
