import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { documentedBlock, type Place } from '../support/documented-client.js';
import { describeAgent } from './describe-agent.js';
import { models } from './lab.js';

interface ModelsFile {
  readonly providers: { readonly lakehouse: Readonly<Record<string, unknown>> };
}

/** The file of the page, for another protocol. */
const toModelsFile = (api: string, place: Place): string => {
  const { providers } = JSON.parse(documentedBlock('pi', place)) as ModelsFile;
  const baseUrl = api === 'anthropic-messages' ? place.url : `${place.url}/v1`;
  return JSON.stringify({ providers: { lakehouse: { ...providers.lakehouse, api, baseUrl } } });
};

/** `effort` is what the protocol calls the wish for reasoning. Over OpenAI's chat pi has no place for a signature. */
const protocols = [
  {
    api: 'openai-completions',
    route: '/v1/chat/completions',
    warned: [],
    effort: 'reasoning_effort',
    signs: false,
  },
  {
    api: 'openai-responses',
    route: '/v1/responses',
    warned: ['prompt_cache_key'],
    effort: 'reasoning.effort',
    signs: true,
  },
  {
    api: 'anthropic-messages',
    route: '/v1/messages',
    warned: ['thinking.budget_tokens'],
    effort: 'thinking',
    signs: true,
  },
];

describeAgent('pi', (readSecret) => {
  it.each(protocols.flatMap((protocol) => models.map((model) => ({ ...protocol, model }))))(
    'reads a file with a tool: $api over $model',
    async ({ api, route, warned, effort, signs, model }) => {
      const outcome = await readSecret(model, ({ home, prompt }, url) => {
        const folder = path.join(home, '.pi/agent');
        mkdirSync(folder, { recursive: true });
        writeFileSync(path.join(folder, 'models.json'), toModelsFile(api, { url, model }));
        return {
          parameters: ['--no-session', '--provider', 'lakehouse', '--model', model, '-p', prompt],
          environment: { PI_OFFLINE: '1', PI_TELEMETRY: '0' },
        };
      });
      const reasons = model === 'lab/agent';
      expect(outcome).toMatchObject({ paths: [route, route], reasoningCameBack: reasons && signs });
      // The model behind Ollama does not reason, and is asked again without.
      const further = reasons ? (signs ? [] : ['messages']) : [effort];
      expect(outcome.warned).toEqual([...warned, ...further].sort());
    },
  );
});
