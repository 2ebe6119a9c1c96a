import { describe, expect, it } from 'vitest';
import { ask, serve, stream } from './support/calls.js';
import { fails, inTurn, says, startLab } from './support/lab.js';
import { post } from './support/service.js';

const start = async () => {
  const lab = await startLab({
    up: says('well'),
    down: fails(401),
    moody: inTurn(fails(500), says('well')),
    'größe 7b-模型': says('well'),
  });
  const service = await serve(
    `[models]
tier = ["lab/down", "other/up"]
hopeless = ["lab/down", "other/down"]
[chatd.retry]
base_delay = "1ms"
${lab.provider('lab')}${lab.provider('other')}`,
  );
  return service;
};

/** The headers that tell of the way of a request. */
const told = ({ headers }: Awaited<ReturnType<typeof ask>>) =>
  [headers['x-chatd-provider'], headers['x-chatd-model'], headers['x-chatd-attempts']] as const;

describe.each([
  ['a whole answer', ask],
  ['a stream', stream],
])('the headers of %s', (_name, call) => {
  it('name who answers, after one call', async () => {
    expect(told(await call(await start(), 'lab/up'))).toEqual(['lab', 'up', '1']);
  });

  it('count the calls that failed before', async () => {
    expect(told(await call(await start(), 'lab/moody'))).toEqual(['lab', 'moody', '2']);
    expect(told(await call(await start(), 'tier'))).toEqual(['other', 'up', '2']);
  });

  it('name who failed, where that is an error with a status', async () => {
    const answer = await call(await start(), 'lab/down');
    expect(answer.status).toBe(502);
    expect(told(answer)).toEqual(['lab', 'down', '1']);
  });

  it('name the one whose error is told, where all have failed', async () => {
    const answer = await call(await start(), 'hopeless');
    const { error } = answer.json<{ error: { provider: string; model: string } }>();
    expect(told(answer)).toEqual([error.provider, error.model, '2']);
  });

  it('write a model name that is not ASCII as a URL does', async () => {
    const [, model] = told(await call(await start(), 'lab/größe 7b-模型'));
    expect(model).toBe('gr%C3%B6%C3%9Fe%207b-%E6%A8%A1%E5%9E%8B');
  });
});

describe('before any target is known', () => {
  it('an unknown provider is named, and no call is counted', async () => {
    const answer = await ask(await start(), 'openrouter/x');
    expect(answer.status).toBe(404);
    expect(told(answer)).toEqual(['openrouter', 'x', '0']);
  });

  it('a wrong request has the count only', async () => {
    const answer = await post(await start(), { model: 'lab/up' });
    expect(answer.status).toBe(400);
    expect(told(answer)).toEqual([undefined, undefined, '0']);
  });
});
