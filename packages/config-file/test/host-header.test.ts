import { expect, it } from 'vitest';
import { isTrustedHost } from '../src/index.js';

it.each([
  'localhost',
  'LOCALHOST:3220',
  'chat.localhost:3220',
  '127.0.0.1:3220',
  '[::1]:3220',
  '10.0.0.5',
  undefined,
])('trusts %s: no page of the web can have this name', (header) => {
  expect(isTrustedHost(header)).toBe(true);
});

it.each(['evil.example', 'evil.example:3220', 'localhost.evil.example', '127.0.0.1.evil.example', ''])(
  'does not trust %j',
  (header) => {
    expect(isTrustedHost(header)).toBe(false);
  },
);

it('trusts a name that the operator allows, whatever its case and port', () => {
  expect(isTrustedHost('Chat.Example.com:8443', ['chat.example.COM'])).toBe(true);
  expect(isTrustedHost('other.example.com', ['chat.example.com'])).toBe(false);
});
