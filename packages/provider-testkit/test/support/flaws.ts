import type { Flaw } from './demo-provider.js';

/** Which rule has to catch which flaw: a part of the name of one of its tests. */
export const flaws: Readonly<Record<Flaw, string>> = {
  eager: 'sends nothing before the first pull',
  'cut is success': 'when the body ends too early',
  'default finish reason': 'when the body ends too early',
  'splits characters': 'wherever the bytes are split in two',
  'shared state': 'keeps eight calls at once apart',
  'ignores the signal': 'before the headers',
  'leaks the socket': 'when the consumer leaves the loop early',
  'leaks listeners': 'leaves no listener',
  'leaks the key': 'keeps the key out of errors',
  'no status table': 'maps status 503',
  'no limits': 'never ends its line',
  'asks again after a cut': 'when the body ends too early',
  'sends without a key': "is 'provider-unavailable' without a key",
  'never closes': 'when the provider is closed',
  'strict fields': 'passes over fields',
  'plain errors': 'maps status 500',
};
