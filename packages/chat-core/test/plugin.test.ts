import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineProvider, pluginDefect } from '../src/index.js';
import { providerOf } from './support/provider.js';

const plugin = defineProvider({
  specificationVersion: 'v1',
  name: '@example/provider',
  options: z.strictObject({ url: z.string() }),
  create: (_, host) => providerOf(host.id),
});

describe('pluginDefect', () => {
  it('finds none in a right plugin', () => {
    expect(pluginDefect(plugin)).toBeUndefined();
  });

  it.each<[string, unknown, string]>([
    ['no export', undefined, 'has no default export made with defineProvider'],
    ['null', null, 'has no default export made with defineProvider'],
    ['a bare factory', () => plugin, 'has no default export made with defineProvider'],
    ['no version', { ...plugin, specificationVersion: undefined }, 'not made with defineProvider'],
    ['a later version', { ...plugin, specificationVersion: 'v2' }, 'speaks provider specification "v2"'],
    ['no name', { ...plugin, name: undefined }, 'has no "name"'],
    ['an empty name', { ...plugin, name: '' }, 'has no "name"'],
    ['no create', { ...plugin, create: undefined }, 'has no "create" function'],
    ['no options', { ...plugin, options: undefined }, 'has no Standard Schema as "options"'],
    ['null as options', { ...plugin, options: null }, 'has no Standard Schema as "options"'],
    [
      'a JSON Schema as options',
      { ...plugin, options: { type: 'object' } },
      'has no Standard Schema as "options"',
    ],
  ])('names %s', (_, value, defect) => {
    expect(pluginDefect(value)).toContain(defect);
  });
});
