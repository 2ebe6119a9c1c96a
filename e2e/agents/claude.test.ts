import { expect, it } from 'vitest';
import { documentedBlock, exportsOf } from '../support/documented-client.js';
import { describeAgent } from './describe-agent.js';
import { models } from './lab.js';

const quiet = { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1' };

/** What only a server of Anthropic's does something with. */
const dropped = ['context_management', 'metadata.user_id', 'thinking.display'];

describeAgent(
  'claude',
  (readSecret) => {
    it.each(models)('runs a command: Anthropic Messages over %s', async (model) => {
      const outcome = await readSecret(model, ({ prompt }, url) => ({
        parameters: ['-p', prompt, '--allowedTools', 'Bash'],
        environment: { ...exportsOf(documentedBlock('Claude Code', { url, model })), ...quiet },
      }));
      const { paths, warned, reasoningCameBack } = outcome;
      expect(paths).toEqual(['/v1/messages?beta=true', '/v1/messages?beta=true']);
      // It always asks for reasoning. The model behind Ollama has none, and is asked again without.
      expect(warned).toEqual(model === 'local/agent' ? [...dropped, 'thinking'].sort() : dropped);
      expect(reasoningCameBack).toBe(model === 'lab/agent');
    });

    it('a model of its own leads to another one by an alias', async () => {
      const { bodies } = await readSecret('lab/agent', ({ prompt }, url) => ({
        parameters: ['--model', 'sonnet', '-p', prompt, '--allowedTools', 'Bash'],
        environment: { ANTHROPIC_BASE_URL: url, ANTHROPIC_AUTH_TOKEN: 'none', ...quiet },
      }));
      for (const body of bodies) expect(body).toContain('"model":"claude-sonnet-5-5"');
    });
  },
  'claude-sonnet-5-5 = "lab/agent"',
);
