import { describe, expect, it } from 'vitest';
import { checkPackage } from '../src/plugin-host/package-rules.js';

const allows = (use: string, packages: readonly string[]): boolean => {
  try {
    checkPackage(use, packages, '/etc/lakehouse/lakehouse.toml');
    return true;
  } catch (error) {
    expect(error).toMatchObject({ name: 'PluginError' });
    return false;
  }
};

describe('the list of packages', () => {
  it.each([
    ['@lakehouse/provider-ollama', '@lakehouse/*'],
    ['lakehouse-provider-shout', 'lakehouse-provider-shout'],
    ['lakehouse-provider-shout', 'lakehouse-provider-*'],
    ['./plugins/shout.js', './plugins/*'],
    ['./plugins/a/index.js', './plugins/*/index.js'],
    ['./plugins/../plugins/shout.js', './plugins/*'],
    ['/opt/plugins/shout.js', '/opt/plugins/*'],
    ['/etc/lakehouse/plugins/shout.js', './plugins/*'],
    ['../shout.js', '../*'],
    ['file:///etc/lakehouse/plugins/shout.js', './plugins/*'],
    ['shout', '*'],
  ])('%s is in it as %s', (use, pattern) => {
    expect(allows(use, ['another', pattern])).toBe(true);
  });

  it.each([
    ['@lakehouse-evil/provider-ollama', '@lakehouse/*'],
    ['@lakehouse/provider-ollama/sub', '@lakehouse/*'],
    ['lakehouse-provider-shout2', 'lakehouse-provider-shout'],
    ['a-lakehouse-provider-shout', 'lakehouse-provider-*'],
    ['lakehouseXprovider', 'lakehouse.provider'],
    ['./plugins/a/index.js', './plugins/*'],
    ['./plugins/../shout.js', './plugins/*'],
    ['./plugins/../index.js', './plugins/*/index.js'],
    ['./plugins/%2e%2e/index.js', './plugins/*/index.js'],
    ['./plugins/..\\shout.js', './plugins/*'],
    ['../shout.js', './*'],
    ['file:///opt/plugins/..\\shout.js', 'file:///opt/plugins/*'],
    ['data:text/javascript,export', './*'],
    ['@lakehouse/provider-ollama', '*'],
    ['./shout.js', 'shout.js'],
    ['@lakehouse/..', '@lakehouse/*'],
    ['@lakehouse/../shout/index.js', '@lakehouse/*/*/*'],
    ['@lakehouse/./shout', '@lakehouse/*/*'],
  ])('%s is not in it as %s', (use, pattern) => {
    expect(allows(use, ['another', pattern])).toBe(false);
  });

  it('that is empty lets nothing be loaded, and one that is absent everything', () => {
    expect(allows('shout', [])).toBe(false);
    expect(() => checkPackage('shout', undefined, undefined)).not.toThrow();
  });
});
