import { expect, it } from 'vitest';
import { ask, serve, stream } from './support/calls.js';
import { after, neverAnswers, says, startLab } from './support/lab.js';

it.each([
  ['shorter than that of [chatd]', 'timeout = "1m"', 'timeout = "200ms"', 504],
  ['longer than that of [chatd]', 'timeout = "100ms"', 'timeout = "1m"', 200],
  ['that of [chatd] without one', 'timeout = "200ms"', '', 504],
])("a tier's own timeout: %s", async (_name, chatd, tier, status) => {
  const lab = await startLab({ slow: after(500, says('well')) });
  const service = await serve(
    `[chatd]\n${chatd}\n[models.tier]\ntargets = ["lab/slow"]\n${tier}\n${lab.provider('lab')}`,
  );
  expect((await ask(service, 'tier')).status).toBe(status);
  expect((await stream(service, 'tier')).status).toBe(status);
});

it('is for all targets together, and the error says so', async () => {
  const lab = await startLab({ a: neverAnswers, b: neverAnswers });
  const service = await serve(
    `[models.tier]
targets = ["lab/a", "lab/b"]
timeout = "400ms"
${lab.provider('lab', 'timeouts = { first_content = "250ms" }')}`,
  );
  const started = performance.now();
  const answer = await ask(service, 'tier');
  expect(answer.json()).toMatchObject({
    error: {
      code: 'timeout',
      phase: 'total',
      attempts: [
        { model: 'a', outcome: 'error', code: 'timeout' },
        { model: 'b', outcome: 'error', code: 'timeout' },
      ],
    },
  });
  expect(performance.now() - started).toBeLessThan(2000);
});
