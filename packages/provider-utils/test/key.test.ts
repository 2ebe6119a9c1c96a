import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveKey } from '@lakehouse/chat-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findKey, requireKey } from '../src/index.js';

const environment = { FIRST_KEY: ' ', SECOND_KEY: 'sk-2' };

describe('findKey', () => {
  it('takes the key itself before any other place', () => {
    const key = findKey({ key: ' sk-1\n', keyEnv: 'SECOND_KEY', environment });
    expect(key?.secret?.reveal()).toBe('sk-1');
    expect(key?.status).toMatchObject({ present: true, source: 'the settings' });
  });

  it('takes what a host found as it is, also when that is no key', () => {
    const found = resolveKey({ env: 'HOST_KEY', environment: {} });
    expect(findKey({ key: found, keyEnv: 'SECOND_KEY', environment })).toBe(found);
  });

  it('takes an empty key for a missing one, and looks nowhere else', () => {
    expect(findKey({ key: ' ', keyEnv: 'SECOND_KEY', environment })).toEqual({
      status: { present: false, hint: 'pass a "key" that is not empty' },
      warnings: [],
    });
  });

  it('takes the first variable that is set', () => {
    const keyEnv = ['FIRST_KEY', 'SECOND_KEY'];
    expect(findKey({ key: undefined, keyEnv, environment })?.secret?.reveal()).toBe('sk-2');
  });

  it('asks for no key when no variable is named', () => {
    expect(findKey({})).toBeUndefined();
    expect(findKey({ keyEnv: [] })).toBeUndefined();
  });

  it.skipIf(process.platform === 'win32')('tells of a key file that everybody can read', () => {
    const folder = mkdtempSync(join(tmpdir(), 'provider-utils-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const keyFile = join(folder, 'key.env');
    writeFileSync(keyFile, 'FIRST_KEY=sk-file\n');
    chmodSync(keyFile, 0o644);
    const warnings: string[] = [];
    const warn = (message: string): void => void warnings.push(message);
    const key = findKey({ keyEnv: 'FIRST_KEY', keyFile, environment: {}, warn });
    expect(key?.secret?.reveal()).toBe('sk-file');
    expect(warnings).toEqual([expect.stringContaining('chmod o-r')]);
  });
});

it('requireKey refuses a key that is needed and missing, and nothing else', () => {
  const { status } = resolveKey({ env: 'FIRST_KEY', environment });
  expect(() => requireKey('lab', status)).toThrow(
    expect.objectContaining({
      code: 'provider-unavailable',
      message: 'lab is not configured: set FIRST_KEY',
      provider: 'lab',
    }),
  );
  requireKey('lab', undefined);
  requireKey('lab', resolveKey({ env: 'SECOND_KEY', environment }).status);
});
