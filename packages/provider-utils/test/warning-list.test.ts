import { expect, it } from 'vitest';
import { createWarningList } from '../src/index.js';

const request = { model: 'm', messages: [] };

it('keeps what was left out and what was changed in the order of its noting', () => {
  const list = createWarningList('lab', request);
  list.drop('topK', 'topK has no counterpart');
  list.change('think', 'think is on or off');
  expect(list.warnings).toEqual([
    { code: 'parameter-dropped', parameter: 'topK', message: 'topK has no counterpart' },
    { code: 'parameter-changed', parameter: 'think', message: 'think is on or off' },
  ]);
});

it.each(['drop', 'change'] as const)('%s refuses a strict request and names the parameter', (how) => {
  const list = createWarningList('lab', { ...request, strict: true });
  expect(() => list[how]('topK', 'topK has no counterpart')).toThrow(
    expect.objectContaining({
      code: 'unsupported',
      message: 'lab: topK has no counterpart',
      provider: 'lab',
      model: 'm',
      path: 'topK',
    }),
  );
});

it('mentions once what is lost as a matter of course, to a strict request too', () => {
  const list = createWarningList('lab', { ...request, strict: true });
  list.mention('messages', 'names are left out');
  list.mention('messages', 'names are left out');
  expect(list.warnings).toEqual([{ code: 'other', parameter: 'messages', message: 'names are left out' }]);
});
