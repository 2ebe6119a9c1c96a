import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format, inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveKey, Secret } from '../src/index.js';

const canary = 'sk-canary-1234567890';
let folder = '';
let files = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'chat-core-secret-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const keyFile = (text: string, mode = 0o600): string => {
  files += 1;
  const path = join(folder, `${files}.env`);
  writeFileSync(path, text);
  chmodSync(path, mode); // the umask may take bits from the mode that writeFileSync is given
  return path;
};

describe('Secret', () => {
  it('is printed by nothing', () => {
    const secret = new Secret(canary);
    const text = secret as unknown as string; // what a careless caller does
    const holder = { nested: { secret }, list: [secret] };
    const prints = [
      `${text}`,
      String(secret),
      JSON.stringify(holder),
      inspect(holder, { depth: null, showHidden: true }),
      inspect(secret, { customInspect: false, showHidden: true, getters: true }),
      format('%s %o %j', secret, holder, holder),
      JSON.stringify(structuredClone(holder)),
      Object.values(secret).join(),
      new Error(`failed with ${text}`, { cause: secret }).stack,
    ];
    for (const print of prints) expect(print).not.toContain(canary);
    expect(`${text}`).toBe('[redacted]');
    expect(secret.reveal()).toBe(canary);
  });
});

describe('resolveKey', () => {
  it('takes the environment variable before the file', () => {
    const file = keyFile('A_KEY=from-file', 0o644);
    const key = resolveKey({ env: 'A_KEY', file, environment: { A_KEY: ` ${canary}\n` } });
    expect(key.secret?.reveal()).toBe(canary);
    expect(key.status).toMatchObject({ present: true, source: 'environment variable A_KEY' });
    expect(key.warnings).toEqual([]);
    expect(inspect(key, { depth: null })).not.toContain(canary);
  });

  it('reads process.env unless it is given another environment', () => {
    expect(resolveKey({ env: 'PATH' }).status.present).toBe(true);
    expect(resolveKey({ env: 'PATH', environment: {} }).status.present).toBe(false);
  });

  it('takes the first of several names that is set, here and in the file', () => {
    const env = ['FIRST', 'SECOND'];
    expect(resolveKey({ env, environment: { FIRST: ' ', SECOND: 'b' } }).secret?.reveal()).toBe('b');
    const file = keyFile('SECOND=b2\nFIRST=a2');
    expect(resolveKey({ env, file, environment: {} })).toMatchObject({
      status: { source: `FIRST in ${file}` },
    });
    expect(resolveKey({ env, file, environment: { SECOND: 'b' } }).secret?.reveal()).toBe('b');
  });

  it.each([
    ['plain', 'A_KEY=x y'],
    ['double quotes', 'A_KEY="x y"'],
    ['single quotes', "A_KEY='x y'"],
    ['comments around it', '# A_KEY=old\nOTHER=1\nA_KEY="x y" # the new one\n'],
    ['export', 'export A_KEY="x y"'],
    ['Windows line ends', 'OTHER=1\r\nA_KEY=x y\r\n'],
    ['a byte order mark', '\uFEFFA_KEY=x y\n'],
  ])('reads a file with %s', (_, text) => {
    const file = keyFile(text);
    expect(resolveKey({ env: 'A_KEY', file, environment: {} }).secret?.reveal()).toBe('x y');
  });

  it('keeps a "#" inside quotes', () => {
    const file = keyFile('A_KEY="x#y"');
    expect(resolveKey({ env: 'A_KEY', file, environment: {} }).secret?.reveal()).toBe('x#y');
  });

  it.skipIf(process.platform === 'win32')('warns of a file that everybody can read', () => {
    const file = keyFile(`A_KEY=${canary}`, 0o644);
    const key = resolveKey({ env: 'A_KEY', file, environment: {} });
    expect(key.secret?.reveal()).toBe(canary);
    expect(key.warnings).toEqual([`${file} can be read by every user: run chmod o-r ${file}`]);
    expect(resolveKey({ env: 'A_KEY', file: keyFile('A_KEY=x'), environment: {} }).warnings).toEqual([]);
  });

  it.each([
    ['is not there', 'missing.env'],
    ['is below a file', '1.env/key.env'],
  ])('takes a file that %s for no key, without a warning', (_, path) => {
    keyFile('');
    const file = join(folder, path);
    expect(resolveKey({ env: ['A_KEY', 'B_KEY'], file, environment: {} })).toEqual({
      status: { present: false, hint: `set A_KEY or B_KEY or put it in ${file}` },
      warnings: [],
    });
  });

  it('says in the hint why a file that is there could not be read', () => {
    const key = resolveKey({ env: 'A_KEY', file: folder, environment: {} });
    const problem = `the key file ${folder} cannot be read (EISDIR)`;
    expect(key).toEqual({
      status: { present: false, hint: `set A_KEY or put it in ${folder} (${problem})` },
      warnings: [problem],
    });
  });

  it('finds no key in a file that has it empty', () => {
    const file = keyFile('A_KEY=\nB_KEY=""');
    expect(resolveKey({ env: ['A_KEY', 'B_KEY'], file, environment: {} }).status.present).toBe(false);
  });
});
