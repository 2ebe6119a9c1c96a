import { json, ndjson, startUpstream } from '@lakehouse/provider-testkit';
import { expect, it, onTestFinished } from 'vitest';
import { serve } from './support/calls.js';
import { says, startLab } from './support/lab.js';
import { post } from './support/service.js';

/** A provider whose upstream speaks Ollama's protocol, and one whose upstream does not. */
const start = async () => {
  const lab = await startLab({ m: says('from the lab') });
  const ollama = await startUpstream();
  onTestFinished(() => ollama.close());
  ollama.reply(({ path }) =>
    path === '/api/embed'
      ? json({ model: 'm', embeddings: [[1]] })
      : ndjson([{ model: 'm', message: { role: 'assistant', content: 'from ollama' }, done: true }]),
  );
  const service = await serve(
    `[models]\nboth = ["lab/m", "local/m"]\n${lab.provider('lab')}\n[chatd.providers.local]\nuse = "@lakehouse/provider-ollama"\nurl = "${ollama.url}"\n`,
  );
  return { lab, ollama, service };
};

const messages = [{ role: 'user', content: 'Hi' }];
const lost = [
  {
    code: 'parameter-dropped',
    parameter: 'options.num_ctx',
    message: 'options.num_ctx was left out: only an upstream of the same protocol is told of it',
  },
];

it('a parameter that only some plugins understand is a warning of the others, and goes to those', async () => {
  const { service, ollama } = await start();
  const ask = (model: string) =>
    post(service, { model, messages, stream: false, options: { num_ctx: 4096 } }, { path: '/api/chat' });
  const elsewhere = await ask('lab/m');
  expect(JSON.parse(String(elsewhere.headers['x-chatd-warnings']))).toEqual(lost);
  expect(elsewhere.json()).toMatchObject({ message: { content: 'from the lab' }, warnings: lost });

  const same = await ask('local/m');
  expect(same.headers).not.toHaveProperty('x-chatd-warnings');
  expect(ollama.requests.at(-1)?.json).toMatchObject({ options: { num_ctx: 4096 } });
});

it('a strict request is refused there, and in a tier it is answered by a target that understands', async () => {
  const { service, lab } = await start();
  const ask = (model: string) =>
    post(
      service,
      { model, messages, stream: false, options: { num_ctx: 4096 } },
      { path: '/api/chat', headers: { 'x-chatd-strict': '1' } },
    );
  const alone = await ask('lab/m');
  expect(alone.status).toBe(400);
  expect(alone.json()).toEqual({ error: lost[0]?.message });
  expect((await ask('both')).json()).toMatchObject({ message: { content: 'from ollama' } });
  expect(lab.calls('m')).toHaveLength(0);
});

it('the same holds for embeddings', async () => {
  const { service, lab } = await start();
  const fields = { input: 'one', options: { num_ctx: 4096 } };
  const options = { path: '/api/embed', headers: { 'x-chatd-strict': '1' } };
  const strict = await post(service, { model: 'lab/m', ...fields }, options);
  expect(strict.status).toBe(400);
  expect(lab.calls('m')).toHaveLength(0);
  const same = await post(service, { model: 'local/m', ...fields }, options);
  expect(same.json()).toMatchObject({ embeddings: [[1]] });
});

it('a provider of another plugin is not told of it, even where its id is the name of one of those', async () => {
  const lab = await startLab({ m: says('from the lab') });
  const service = await serve(lab.provider('ollama'));
  const body = { model: 'ollama/m', messages, stream: false, options: { num_ctx: 4096 }, truncate: true };
  expect((await post(service, body, { path: '/api/chat' })).json()).toMatchObject({ warnings: lost });
  const sent = lab.calls('m')[0]?.request.json;
  expect(sent).toHaveProperty('messages');
  expect(sent).not.toHaveProperty('options');
  expect(sent).not.toHaveProperty('truncate');
});
