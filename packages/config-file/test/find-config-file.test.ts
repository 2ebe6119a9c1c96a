import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findConfigFile } from '../src/index.js';

let cwd: string;
let systemFile: string;

const write = (name: string): string => {
  const file = path.join(cwd, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, '');
  return file;
};

beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'config-file-'));
  systemFile = path.join(cwd, 'etc', 'lakehouse.toml');
});

afterEach(() => {
  rmSync(cwd, { recursive: true });
});

test('the order is --config, LAKEHOUSE_CONFIG, the working folder, the system', () => {
  const option = write('a.toml');
  const environmentFile = write('b.toml');
  const environment = { LAKEHOUSE_CONFIG: 'b.toml' };
  const local = write('lakehouse.toml');
  write('etc/lakehouse.toml');
  const find = (explicit: string | undefined, variables: Record<string, string>) =>
    findConfigFile({ explicit, environment: variables, cwd, systemFile });
  expect(find('a.toml', environment)).toEqual({ file: option, origin: 'option' });
  expect(find(undefined, environment)).toEqual({ file: environmentFile, origin: 'environment' });
  expect(find(undefined, {})).toEqual({ file: local, origin: 'working-folder' });
  rmSync(local);
  expect(find(undefined, {})).toEqual({ file: systemFile, origin: 'system' });
  rmSync(systemFile);
  expect(find(undefined, {})).toBeUndefined();
});

test('a file that was asked for by name must exist', () => {
  write('lakehouse.toml');
  expect(() => findConfigFile({ explicit: 'gone.toml', environment: {}, cwd })).toThrow(
    `--config ${path.join(cwd, 'gone.toml')}: there is no such file`,
  );
  expect(() => findConfigFile({ environment: { LAKEHOUSE_CONFIG: 'gone.toml' }, cwd })).toThrow(
    `LAKEHOUSE_CONFIG ${path.join(cwd, 'gone.toml')}: there is no such file`,
  );
});

test('an empty LAKEHOUSE_CONFIG counts as unset', () => {
  const file = write('lakehouse.toml');
  expect(findConfigFile({ environment: { LAKEHOUSE_CONFIG: '' }, cwd })).toEqual({
    file,
    origin: 'working-folder',
  });
});

test('a path that cannot be looked up is an error, not an absent file', () => {
  const unusable = 'x'.repeat(5000); // ENAMETOOLONG
  expect(() => findConfigFile({ environment: {}, cwd, systemFile: unusable })).toThrow(
    'cannot be looked up (ENAMETOOLONG)',
  );
});
