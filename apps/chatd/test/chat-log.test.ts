import { describe, expect, it } from 'vitest';
import { ask, chatLines, hold, serve, stream } from './support/calls.js';
import { breaksAfter, fails, pauses, says, startLab } from './support/lab.js';

const start = async () => {
  const lab = await startLab({
    up: says('well'),
    down: fails(401),
    broken: breaksAfter('half of '),
    slow: pauses(60_000),
  });
  return serve(
    `[models]
tier = ["keyless/up", "lab/down", "lab/up"]
held = ["lab/broken", "lab/up"]
[chatd.retry]
attempts = 1
${lab.provider('lab')}${lab.provider('keyless', 'key_env = "NO_SUCH_KEY"')}`,
  );
};

describe('the line of a chat', () => {
  it('counts the calls, and leaves the trail out where there was one target', async () => {
    const service = await start();
    await ask(service, 'lab/up');
    const [line] = chatLines(service);
    expect(line).toMatchObject({ outcome: 'ok', attempts: 1 });
    expect(line).not.toHaveProperty('trail');
  });

  it('lists who was asked and who was passed over, where it took more than one', async () => {
    const service = await start();
    await ask(service, 'tier');
    expect(chatLines(service)).toEqual([
      expect.objectContaining({
        outcome: 'ok',
        provider: 'lab',
        model: 'up',
        attempts: 2,
        trail: [
          { provider: 'keyless', model: 'up', outcome: 'skipped', code: 'provider-unavailable', ms: 0 },
          expect.objectContaining({ model: 'down', outcome: 'error', code: 'unauthenticated' }),
          expect.objectContaining({ model: 'up', outcome: 'ok' }),
        ],
      }),
    ]);
  });

  it('says how much had come of an answer that broke off', async () => {
    const service = await start();
    await stream(service, 'lab/broken');
    expect(chatLines(service)).toMatchObject([
      { outcome: 'bad-response', output_characters: 8, attempts: 1 },
    ]);
  });

  it('and of one that was made up for by another target, in the trail', async () => {
    const service = await start();
    await ask(service, 'held');
    const [line] = chatLines(service);
    expect(line).toMatchObject({
      outcome: 'ok',
      trail: [{ model: 'broken', output_characters: 8 }, { model: 'up' }],
    });
    expect(line).not.toHaveProperty('output_characters');
  });

  it('and of one whose caller has left', async () => {
    const service = await start();
    const held = await hold(service, 'lab/slow');
    held.leave();
    await expect.poll(() => chatLines(service).length).toBe(1);
    expect(chatLines(service)).toMatchObject([
      { outcome: 'aborted', provider: 'lab', model: 'slow', output_characters: 4, attempts: 1 },
    ]);
  });

  it('holds nothing of the answer', async () => {
    const service = await start();
    await stream(service, 'lab/broken');
    await ask(service, 'lab/up');
    expect(service.rawLogs()).not.toMatch(/half of|well/);
  });
});
