import { expect, it } from 'vitest';
import { readDataUrl } from '../src/data-url.js';

it.each([
  ['data:image/png;base64,AAAA', 'image/png'],
  ['DATA:image/svg+xml;charset=utf-8;BASE64,AAAA', 'image/svg+xml'],
  ['data:;base64,AAAA', ''],
])('%s holds base64', (url, mediaType) => {
  expect(readDataUrl(url)).toEqual({ mediaType, data: 'AAAA' });
});

it.each(['', 'AAAA', 'data:', 'data:image/png', 'data:text/plain,AAAA', 'https://example.com/base64,AAAA'])(
  '%j holds none',
  (url) => {
    expect(readDataUrl(url)).toBeUndefined();
  },
);
