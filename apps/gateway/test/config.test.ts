import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ConfigSources, loadConfig } from '../src/config.js';

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'gateway-'));
});

afterEach(() => {
  rmSync(cwd, { recursive: true });
});

const load = (toml: string, sources: Partial<ConfigSources> = {}) => {
  writeFileSync(path.join(cwd, 'lakehouse.toml'), toml);
  return loadConfig({ environment: {}, cwd, ...sources }).config;
};

const defaults = {
  bind: { host: '127.0.0.1', port: 3110 },
  anyHost: false,
  allowedHosts: [],
  chatdUrl: new URL('http://127.0.0.1:3220'),
  connectTimeout: 5_000,
  idleTimeout: 600_000,
  drainTimeout: 30_000,
};

test('a file without a gateway table gives the defaults; tables of other programs do not matter', () => {
  expect(load('')).toEqual(defaults);
  expect(load('[models]\nx = "y"\n[chatd]\nwhatever = 1\n[elsewhere]\nz = 1')).toEqual(defaults);
});

test('every key of the table counts', () => {
  const toml = `[gateway]\nbind = "[::1]:0"\nchatd_url = "https://chatd.example:8443/base"
allowed_hosts = ["lake.example"]\nconnect_timeout = "1s"\nidle_timeout = "2m"\ndrain_timeout = "0s"`;
  expect(load(toml)).toEqual({
    bind: { host: '::1', port: 0 },
    anyHost: false,
    allowedHosts: ['lake.example'],
    chatdUrl: new URL('https://chatd.example:8443/base'),
    connectTimeout: 1_000,
    idleTimeout: 120_000,
    drainTimeout: 0,
  });
});

test('--bind wins over GATEWAY_BIND, which wins over the file', () => {
  const toml = '[gateway]\nbind = "127.0.0.1:1"';
  const environment = { GATEWAY_BIND: '127.0.0.1:2' };
  expect(load(toml).bind.port).toBe(1);
  expect(load(toml, { environment }).bind.port).toBe(2);
  expect(load(toml, { environment, bind: '127.0.0.1:3' }).bind.port).toBe(3);
});

test.each([
  ['[gateway]\nbnd = 1', ':2:1: gateway.bnd: unknown key; did you mean "bind"?'],
  ['[gatway]\nbind = "x"', ':1:2: gatway: unknown table; did you mean "gateway"?'],
  ['[gateway]\nbind = "3110"', ':2:8: gateway.bind: expected an address and a port'],
  ['[gateway]\nchatd_url = "localhost:3220"', ':2:13: gateway.chatd_url: expected an http or https URL'],
  [
    '[gateway]\nchatd_url = "http://user:secret@h"',
    ':2:13: gateway.chatd_url: expected an http or https URL',
  ],
  ['[gateway]\nidle_timeout = 10', ':2:16: gateway.idle_timeout: expected a duration with a unit'],
  ['[gateway]\nidle_timeout = "0s"', ':2:16: gateway.idle_timeout: expected a duration longer than 0'],
])('%j is refused with its place', (toml, message) => {
  expect(() => load(toml)).toThrow(message);
});

test('a wrong override is named', () => {
  expect(() => load('', { bind: 'nowhere' })).toThrow('--bind: expected an address');
  expect(() => load('', { environment: { GATEWAY_BIND: '1' } })).toThrow('GATEWAY_BIND: expected an address');
});
