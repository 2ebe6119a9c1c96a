import { describe, expect, it } from 'vitest';
import { ask, chatLines, serve, stream, trailOf } from './support/calls.js';
import { after, fails, inTurn, type LabModel, neverAnswers, says, startLab } from './support/lab.js';

const start = async (models: Record<string, LabModel>, targets: readonly string[], more = '') => {
  const lab = await startLab(models);
  const service = await serve(
    `[models.tier]\ntargets = ${JSON.stringify(targets)}\nhedge = "100ms"\n${more}\n${lab.provider('east')}${lab.provider('west')}`,
  );
  return { lab, service };
};

describe('a first target that is silent', () => {
  const silent = () =>
    start({ slow: neverAnswers, quick: says('well') }, ['east/slow', 'west/quick', 'west/never-asked']);

  it('is joined by the second, whose answer is passed on; the first is cancelled', async () => {
    const { lab, service } = await silent();
    const answer = await ask(service, 'tier');
    expect(answer.headers).toMatchObject({
      'x-chatd-provider': 'west',
      'x-chatd-model': 'quick',
      'x-chatd-attempts': '2',
    });
    expect(answer.json()).toMatchObject({ provider: 'west', model: 'quick', content: 'well' });
    const [first] = lab.calls('slow');
    const [second] = lab.calls('quick');
    // Both are seen as they arrive, the first of them over a new connection.
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(40);
    await first?.request.closed;
    expect(lab.calls('never-asked')).toHaveLength(0);
  });

  it('stands in the trail and in the log as aborted, and the log names the winner', async () => {
    const { service } = await silent();
    const answer = await ask(service, 'tier');
    const trail = [
      expect.objectContaining({ provider: 'east', model: 'slow', outcome: 'aborted' }),
      expect.objectContaining({ provider: 'west', model: 'quick', outcome: 'ok' }),
    ];
    expect(trailOf(answer)).toHaveLength(2);
    expect(trailOf(answer)).toEqual(expect.arrayContaining(trail));
    expect(chatLines(service)).toEqual([
      expect.objectContaining({
        provider: 'west',
        model: 'quick',
        outcome: 'ok',
        attempts: 2,
        trail: expect.arrayContaining(trail),
      }),
    ]);
  });

  it('also in a stream, whose text comes from one of them only', async () => {
    const { service } = await silent();
    const answer = await stream(service, 'tier');
    expect(answer.headers['x-chatd-provider']).toBe('west');
    expect(answer.text.match(/"text_delta"/g)).toHaveLength(1);
    expect(answer.text).toContain('"provider":"west"');
    expect(answer.text).toContain('"outcome":"aborted"');
  });
});

describe('a first target that answers in time', () => {
  it('has no second beside it', async () => {
    const { lab, service } = await start({ a: says('a'), b: says('b') }, ['east/a', 'west/b'], '');
    expect((await ask(service, 'tier')).headers).toMatchObject({
      'x-chatd-provider': 'east',
      'x-chatd-attempts': '1',
    });
    expect(lab.calls('b')).toHaveLength(0);
  });

  it('nor has one that fails in time: the next target is asked as ever', async () => {
    const { lab, service } = await start({ a: fails(401), b: says('b') }, ['east/a', 'west/b']);
    expect(trailOf(await ask(service, 'tier'))).toMatchObject([
      { model: 'a', outcome: 'error' },
      { model: 'b', outcome: 'ok' },
    ]);
    expect(lab.calls('b')).toHaveLength(1);
  });
});

describe('a first attempt that has gone on to another target', () => {
  it('is joined by the one after that, so that no silent target is asked twice', async () => {
    const { lab, service } = await start({ down: fails(401), slow: neverAnswers, quick: says('well') }, [
      'east/down',
      'west/slow',
      'west/quick',
    ]);
    expect((await ask(service, 'tier')).json()).toMatchObject({ model: 'quick', content: 'well' });
    expect(['down', 'slow', 'quick'].map((model) => lab.calls(model).length)).toEqual([1, 1, 1]);
  });
});

describe('a tier of one target', () => {
  it('asks it a second time', async () => {
    const { lab, service } = await start({ moody: inTurn(neverAnswers, says('well')) }, ['east/moody']);
    const answer = await ask(service, 'tier');
    expect(answer.json()).toMatchObject({ content: 'well' });
    expect(answer.headers['x-chatd-attempts']).toBe('2');
    expect(lab.calls('moody')).toHaveLength(2);
  });
});

describe('when both attempts fail', () => {
  it('the caller is told, and the trail has both', async () => {
    const { service } = await start(
      { slow: neverAnswers, down: fails(401) },
      ['east/slow', 'west/down'],
      'timeout = "600ms"',
    );
    const answer = await ask(service, 'tier');
    expect(answer.status).toBe(504);
    expect(trailOf(answer)).toHaveLength(2);
    expect(trailOf(answer)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ model: 'down', outcome: 'error', code: 'unauthenticated' }),
        expect.objectContaining({ model: 'slow', outcome: 'error', code: 'timeout' }),
      ]),
    );
  });
});

describe('when the first attempt fails before the second', () => {
  it.each([false, true])('the error has the whole trail (streamed: %s)', async (streamed) => {
    const { service } = await start({ m: inTurn(after(200, fails(401)), after(250, fails(403))) }, [
      'east/m',
    ]);
    const answer = await ask(service, 'tier', { stream: streamed });
    expect(answer.headers['x-chatd-attempts']).toBe('2');
    expect(trailOf(answer)).toMatchObject([{ code: 'unauthenticated' }, { code: 'permission-denied' }]);
  });
});

describe('a caller who wants a held answer', () => {
  it('gets no second attempt, which could not be timed', async () => {
    const { lab, service } = await start({ slow: after(300, says('well')), other: says('other') }, [
      'east/slow',
      'west/other',
    ]);
    const answer = await stream(service, 'tier', { headers: { 'x-chatd-delivery': 'buffered' } });
    expect(answer.headers['x-chatd-model']).toBe('slow');
    expect(lab.calls('other')).toHaveLength(0);
    expect((await stream(service, 'tier')).headers['x-chatd-model']).toBe('other');
  });
});
