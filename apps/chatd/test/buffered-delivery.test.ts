import { describe, expect, it } from 'vitest';
import { ask, serve, stream, trailOf } from './support/calls.js';
import { breaksAfter, inTurn, type LabModel, says, startLab } from './support/lab.js';
import { type Answer, post, readEvents } from './support/service.js';

const start = async (models: Record<string, LabModel>, config = '') => {
  const lab = await startLab(models);
  const service = await serve(`${config}\n[chatd.retry]\nbase_delay = "1ms"\n${lab.provider('lab')}`);
  return { lab, service };
};

const breaksOnce = () => inTurn(breaksAfter('half of '), says('all of it'));
const textOf = (answer: Answer): string =>
  readEvents(answer.text)
    .map(({ delta = '' }) => delta)
    .join('');
const buffered = { headers: { 'x-chatd-delivery': 'buffered' } };

describe('a streamed answer that breaks off in the middle', () => {
  it('ends with an error and is not asked for again: the caller has seen its beginning', async () => {
    const { lab, service } = await start({ moody: breaksOnce() });
    const answer = await stream(service, 'lab/moody');
    expect(answer.status).toBe(200);
    expect(textOf(answer)).toBe('half of ');
    expect(readEvents(answer.text).at(-1)).toMatchObject({
      type: 'error',
      error: { code: 'bad-response', attempts: [{ outcome: 'error', output_characters: 8 }] },
    });
    expect(lab.calls('moody')).toHaveLength(1);
  });

  it('ends with its error, however much that has to repeat of the request', async () => {
    const { service } = await start({ broken: breaksAfter('half of ') });
    const body = { model: 'lab/broken', input: 'Hi', instructions: 'x'.repeat(1_000_000), stream: true };
    const { text } = await post(service, body, { path: '/v1/responses' });
    expect(text).toContain('event: response.failed\ndata: ');
    expect(text).toMatch(/\n\n$/);
  });

  it.each([
    ['its tier holds it', 'tier', {}],
    ['its caller asks for that', 'lab/moody', buffered],
  ])('is asked for again when %s, and its caller sees one answer', async (_name, model, options) => {
    const { lab, service } = await start(
      { moody: breaksOnce() },
      '[models.tier]\ntargets = ["lab/moody"]\ndelivery = "buffered"',
    );
    const answer = await stream(service, model, options);
    expect(answer.headers['content-type']).toMatch(/^text\/event-stream/);
    expect(answer.headers['x-chatd-attempts']).toBe('2');
    expect(textOf(answer)).toBe('all of it');
    expect(readEvents(answer.text).at(-1)).toMatchObject({
      type: 'response_end',
      attempts: [{ outcome: 'error', code: 'bad-response', output_characters: 8 }, { outcome: 'ok' }],
    });
    expect(lab.calls('moody').map((call) => call.stream)).toEqual([true, true]);
  });

  it('goes to the next target when it is held and breaks every time, and no text is mixed', async () => {
    const { service } = await start(
      { broken: breaksAfter('half of '), sound: says('all of it') },
      '[models.tier]\ntargets = ["lab/broken", "lab/sound"]\ndelivery = "buffered"',
    );
    const answer = await stream(service, 'tier');
    expect(textOf(answer)).toBe('all of it');
    expect(answer.headers).toMatchObject({ 'x-chatd-model': 'sound', 'x-chatd-attempts': '4' });
  });

  it('is an HTTP status when it is held and there is nobody else', async () => {
    const { service } = await start({ broken: breaksAfter('half of ') });
    const answer = await stream(service, 'lab/broken', buffered);
    expect(answer.status).toBe(502);
    expect(answer.json()).toMatchObject({ error: { code: 'bad-response' } });
  });
});

describe('the header x-chatd-delivery', () => {
  it('may say what is the case anyway', async () => {
    const { lab, service } = await start({ moody: breaksOnce() });
    await stream(service, 'lab/moody', { headers: { 'x-chatd-delivery': 'stream' } });
    expect(lab.calls('moody')).toHaveLength(1);
  });

  it('does not undo what a tier says', async () => {
    const { service } = await start(
      { moody: breaksOnce() },
      '[models.tier]\ntargets = ["lab/moody"]\ndelivery = "buffered"',
    );
    const answer = await stream(service, 'tier', { headers: { 'x-chatd-delivery': 'stream' } });
    expect(textOf(answer)).toBe('all of it');
  });

  it.each(['Buffered', 'whole', ''])('with the value %j is 400 and names itself', async (value) => {
    const { lab, service } = await start({ moody: says('well') });
    const answer = await stream(service, 'lab/moody', { headers: { 'x-chatd-delivery': value } });
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({
      error: {
        code: 'invalid-request',
        message: 'The header x-chatd-delivery must be "stream" or "buffered"',
        path: 'x-chatd-delivery',
      },
    });
    expect(lab.calls('moody')).toHaveLength(0);
  });
});

describe('a whole answer', () => {
  it('of a single target is asked for in one piece', async () => {
    const { lab, service } = await start({ plain: says('well') }, '[models]\nalias = "lab/plain"');
    expect((await ask(service, 'alias')).json()).toMatchObject({ content: 'well' });
    expect(lab.calls('plain').map((call) => call.stream)).toEqual([false]);
  });

  it.each([
    ['there is another target', 'targets = ["lab/a", "lab/b"]'],
    ['there may be a second attempt', 'targets = ["lab/a"]\nhedge = "10s"'],
  ])('is streamed by its upstream where %s', async (_name, tier) => {
    const { lab, service } = await start({ a: says('well') }, `[models.tier]\n${tier}`);
    const answer = await ask(service, 'tier');
    expect(answer.json()).toMatchObject({ content: 'well', finish_reason: 'stop' });
    expect(lab.calls('a').map((call) => call.stream)).toEqual([true]);
  });

  it.each([
    ['in one piece', 'lab/moody'],
    ['over a tier, where it is streamed', 'tier'],
  ])('that breaks off in the middle is asked for again, %s', async (_name, model) => {
    const { lab, service } = await start(
      { moody: breaksOnce(), other: says('other') },
      '[models]\ntier = ["lab/moody", "lab/other"]',
    );
    const answer = await ask(service, model);
    expect(answer.json()).toMatchObject({ model: 'moody', content: 'all of it' });
    expect(trailOf(answer)).toMatchObject([{ outcome: 'error', code: 'bad-response' }, { outcome: 'ok' }]);
    expect(lab.calls('moody')).toHaveLength(2);
  });
});
