import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { documentedBlock, exportsOf } from '../support/documented-client.js';
import { describeAgent } from './describe-agent.js';
import { models } from './lab.js';

/** It phones home for nothing. */
const quiet = { general: { enableAutoUpdate: false }, privacy: { usageStatisticsEnabled: false } };

describeAgent('qwen', (readSecret) => {
  it.each(models)('reads a file with a tool: OpenAI chat over %s', async (model) => {
    const outcome = await readSecret(model, ({ home, prompt }, url) => {
      mkdirSync(path.join(home, '.qwen'));
      writeFileSync(path.join(home, '.qwen/settings.json'), JSON.stringify(quiet));
      return {
        parameters: ['--auth-type', 'openai', '--yolo', prompt],
        environment: exportsOf(documentedBlock('Qwen Code', { url, model })),
      };
    });
    expect(outcome.paths).toEqual(['/v1/chat/completions', '/v1/chat/completions']);
    // It sends reasoning back without its signature, and the server behind `lab` wants both.
    expect(outcome.warned).toEqual(model === 'lab/agent' ? ['messages'] : []);
  });
});
