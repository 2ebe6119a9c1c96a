import { json } from '@lakehouse/provider-testkit';
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

it.each([
  ['/v1/chat/completions', { messages: [{ role: 'user', content: 'Hi' }] }],
  ['/v1/responses', { input: 'Hi' }],
  ['/v1/embeddings', { input: 'Hi' }],
])(
  'options for a provider that is not there are a warning of %s, and refused when it is strict',
  async (path, more) => {
    const vectors = json({ data: [{ index: 0, embedding: [1] }] });
    const lab = await startLab({ m: (call) => (path.endsWith('embeddings') ? vectors : says('well')(call)) });
    const service = await serve(lab.provider('lab'));
    const body = { model: 'lab/m', provider_options: { lba: { min_p: 1 }, lab: {} }, ...more };
    const { headers } = await post(service, body, { path });
    expect(JSON.parse(String(headers['x-chatd-warnings']))).toMatchObject([
      { code: 'parameter-dropped', parameter: 'provider_options.lba' },
    ]);
    const strict = await post(service, body, { path, headers: { 'x-chatd-strict': '1' } });
    expect(strict.json()).toMatchObject({
      error: { code: 'unsupported_value', param: 'provider_options.lba' },
    });
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
