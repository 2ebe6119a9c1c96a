import { expect, it } from 'vitest';
import { createParameterNames } from '../src/parameter-names.js';

const { toName, toText, toWarnings } = createParameterNames(new Map([['format', 'response_format']]));

it.each([
  ['format', 'response_format'],
  ['format.type', 'response_format.type'],
  ['maxTokens', 'max_tokens'],
  ['messages[0].toolCalls[1].id', 'messages[0].tool_calls[1].id'],
  ['providerOptions.myLab.keepAlive', 'provider_options.myLab.keepAlive'],
  ['x-strict', 'x-strict'],
  ['', ''],
])('the parameter %s is %s', (path, name) => {
  expect(toName(path)).toBe(name);
});

it('a text about a parameter calls it by the same name, and leaves other words alone', () => {
  expect(toText('format: no information on the format', 'format')).toBe(
    'response_format: no information on the response_format',
  );
  expect(toText('anything', '')).toBe('anything');
});

it('warnings without a parameter stay as they are', () => {
  const warning = { code: 'other', message: 'format' } as const;
  expect(toWarnings([warning])).toEqual([warning]);
  expect(toWarnings(undefined)).toEqual([]);
});
