import { expect, it } from 'vitest';
import { ask, serve } from './support/calls.js';
import { says, startLab } from './support/lab.js';
import { post } from './support/service.js';

it.each([
  ['/v1/chat', 'top_k', {}],
  ['/v1/chat/completions', 'top_k', {}],
  ['/v1/messages', 'top_k', { max_tokens: 9 }],
  ['/api/chat', 'options.top_k', { stream: false, options: { top_k: 7 } }],
])(
  'the header x-chatd-warnings of %s speaks of parameters as the body does',
  async (path, parameter, more) => {
    const lab = await startLab({ m: says('well') });
    const service = await serve(lab.provider('lab'));
    const body = { model: 'lab/m', messages: [{ role: 'user', content: 'Hi' }], top_k: 7, ...more };
    const { headers } = await post(service, body, { path });
    expect(JSON.parse(String(headers['x-chatd-warnings']))).toEqual([
      {
        code: 'parameter-dropped',
        parameter,
        message: `${parameter} was left out: this server is not known to take it`,
      },
    ]);
  },
);

it('the header x-chatd-warnings stays small enough for those who read it, in any script', async () => {
  const lab = await startLab({ m: says('well') });
  const service = await serve(lab.provider('lab'));
  const unknown = Object.fromEntries(
    Array.from({ length: 20 }, (_, index) => [`${'模'.repeat(99)}${index}`, 1]),
  );
  const { status, headers } = await ask(service, 'lab/m', unknown);
  expect(status).toBe(200);
  const text = String(headers['x-chatd-warnings']);
  expect(text.length).toBeLessThanOrEqual(4096);
  expect(JSON.parse(text)).toContainEqual(
    expect.objectContaining({ code: 'parameter-dropped', parameter: expect.stringContaining('模') }),
  );
});
