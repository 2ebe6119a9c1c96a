import { describe, expect, it } from 'vitest';
import { ask, chatLines, hold, serve, stream, trailOf } from './support/calls.js';
import { after, fails, neverAnswers, says, startLab } from './support/lab.js';
import { echoPlugin } from './support/plugin-folder.js';
import { scriptedPlugin } from './support/scripted-plugin.js';

describe('malformed warnings of a plugin', () => {
  it.each([ask, stream])('are an error and leave no request open', async (call) => {
    const service = await serve('[chatd.providers.x]\nuse = "./x.mjs"\n', {}, {
      'x.mjs': echoPlugin.replace('model: request.model }', 'model: request.model, warnings: [null] }'),
    });
    const answer = await call(service, 'x/m');
    expect(answer.status).toBe(500);
    await expect.poll(() => service.drain.inFlight).toBe(0);
  }, 3000);
});

describe('hedge', () => {
  it('trail has both when first fails after the second began, and before it ends', async () => {
    const lab = await startLab({ a: after(200, fails(401)), b: after(400, fails(403)) });
    const service = await serve(
      `[models.tier]\ntargets = ["east/a", "west/b"]\nhedge = "50ms"\n${lab.provider('east')}${lab.provider('west')}`,
    );
    const answer = await ask(service, 'tier');
    console.log(answer.text, answer.headers, chatLines(service));
    expect(trailOf(answer)).toHaveLength(Number(answer.headers['x-chatd-attempts']));
  });
  it('third', async () => {
    const lab = await startLab({ a: fails(401), b: neverAnswers, c: says('well') });
    const service = await serve(
      `[models.tier]\ntargets = ["east/a", "west/b", "west/c"]\nhedge = "100ms"\ntimeout="1s"\n${lab.provider('east')}${lab.provider('west')}`,
    );
    const answer = await ask(service, 'tier');
    expect(lab.calls('b')).toHaveLength(1);
    expect(answer.json()).toMatchObject({ content: 'well' });
  });
});

describe('alternatives that nobody can ask', () => {
  it('queue', async () => {
    const lab = await startLab({ a: after(200, says('well')), b: says('x') });
    const service = await serve(
      `[models]\ntier = ["east/a", "keyless/b"]\n${lab.provider('east', 'concurrency = 1')}${lab.provider('keyless', 'key_env = "NO_SUCH_KEY"')}`,
    );
    const answers = await Promise.all([ask(service, 'tier'), ask(service, 'tier')]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });
});
