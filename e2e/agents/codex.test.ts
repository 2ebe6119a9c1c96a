import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { documentedBlock } from '../support/documented-client.js';
import { describeAgent } from './describe-agent.js';
import { models } from './lab.js';

/** It phones home for nothing; keys without a table have to come first. */
const quiet = {
  head: 'check_for_update_on_startup = false\n',
  tail: '\n[analytics]\nenabled = false\n\n[features]\nplugins = false\napps = false\n',
};

describeAgent('codex', (readSecret) => {
  it.each(models)('runs a command: Responses over %s', async (model) => {
    const outcome = await readSecret(model, ({ home, prompt }, url) => {
      const folder = path.join(home, '.codex');
      mkdirSync(folder);
      const config = quiet.head + documentedBlock('Codex', { url, model }) + quiet.tail;
      writeFileSync(path.join(folder, 'config.toml'), config);
      // Its own sandbox asks much of the kernel. The workspace is a folder of its own.
      const open = '--dangerously-bypass-approvals-and-sandbox';
      return { parameters: ['exec', '--skip-git-repo-check', '--ephemeral', open, prompt], environment: {} };
    });
    const { paths, bodies, warned, reasoningCameBack } = outcome;
    expect(paths).toEqual(['/v1/responses', '/v1/responses']);
    expect(bodies[0]).toContain('"type":"namespace"');
    // Searching the web is a tool of OpenAI's own servers. Its other tools are there.
    expect(warned).toEqual(['prompt_cache_key', expect.stringMatching(/^tools\[\d+\]$/)]);
    expect(reasoningCameBack).toBe(model === 'lab/agent');
  });
});
