import type { Capabilities, ChatRequest, ContentPart } from '@lakehouse/chat-core';
import { createCallContext, isChatError } from '@lakehouse/chat-core';
import { describe, expect } from 'vitest';
import type { Bench } from './bench.js';
import { type Played, playScenario, showing } from './play-scenario.js';
import { rule } from './rule.js';
import { isRefused, observe } from './rules-request.js';
import type { Scenario, ShownCapability } from './suite-options.js';

const patienceMs = 60_000;

const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const tools = [{ name: 'kit_probe', parameters: { type: 'object', properties: {} } }] as const;

const asked = (part: ContentPart): Partial<ChatRequest> => ({
  messages: [{ role: 'user', content: [{ type: 'text', text: 'What is this?' }, part] }],
});

/** A request that needs the capability, and the parameter that a warning would name. */
const needs: Readonly<Record<ShownCapability, readonly [keyof ChatRequest, Partial<ChatRequest>]>> = {
  tools: ['tools', { tools }],
  toolChoice: ['toolChoice', { tools, toolChoice: 'required' }],
  images: ['messages', asked({ type: 'image', data: png, mediaType: 'image/png' })],
  files: ['messages', asked({ type: 'file', data: 'aGk=', mediaType: 'application/pdf' })],
  reasoning: ['think', { think: true }],
  structuredOutput: ['format', { format: 'json' }],
};

const partsOf = ({ request }: Scenario): readonly ContentPart[] =>
  (request?.messages ?? []).flatMap(({ content }) => (typeof content === 'string' ? [] : content));

const addressOf = (part: ContentPart): string =>
  part.type === 'text' ? part.text : 'data' in part ? part.data : part.url;

const arrives = (type: 'image' | 'file', scenario: Scenario, { sent }: Played): boolean => {
  const parts = partsOf(scenario).filter((part) => part.type === type);
  return parts.length > 0 && (!sent || parts.every((part) => sent.text.includes(addressOf(part))));
};

const isNamed = (choice: ChatRequest['toolChoice']): boolean =>
  choice === 'required' || typeof choice === 'object';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** Whether a scenario shows what it says it shows, and in a sentence what that would be. */
const sights: Readonly<
  Record<ShownCapability, readonly [string, (scenario: Scenario, played: Played) => boolean]>
> = {
  tools: [
    'a request with `tools`, and an answer with a tool call',
    ({ request }, { response }) =>
      (request?.tools?.length ?? 0) > 0 && (response?.toolCalls?.length ?? 0) > 0,
  ],
  toolChoice: ["`toolChoice` 'required' or a name", ({ request }) => isNamed(request?.toolChoice)],
  images: ['a message with an image, which arrives upstream', (...shown) => arrives('image', ...shown)],
  files: ['a message with a file, which arrives upstream', (...shown) => arrives('file', ...shown)],
  reasoning: ['an answer with reasoning', (_, { response }) => Boolean(response?.reasoning)],
  structuredOutput: [
    'a request with `format`, and an answer that is JSON',
    ({ request }, { response }) => request?.format !== undefined && isJson(response?.content ?? ''),
  ],
};

const isDeclared = (value: Capabilities[keyof Capabilities]): boolean => value !== false && value !== 'none';

/** What a provider declares, from both sides. */
export const capabilityRules = (bench: Bench): void => {
  const { suite } = bench;

  const isShown = async (capability: ShownCapability): Promise<void> => {
    const scenarios = showing(bench, capability);
    expect(
      scenarios.length,
      `"${capability}" is declared: give a scenario with \`shows: '${capability}'\``,
    ).toBeGreaterThan(0);
    const [parameter] = needs[capability];
    const [sight, isSeen] = sights[capability];
    for (const scenario of scenarios) {
      for (const played of await playScenario(bench, scenario)) {
        const where = `"${scenario.name}", ${played.form}`;
        expect(isSeen(scenario, played), `It shows ${sight} (${where})`).toBe(true);
        expect(
          played.response?.warnings?.filter((warning) => warning.parameter === parameter) ?? [],
          `What is declared is not warned of (${where})`,
        ).toEqual([]);
      }
    }
  };

  const isDenied = async (capability: ShownCapability): Promise<void> => {
    const [parameter, change] = needs[capability];
    const plain = await observe(bench, change);
    const named = plain.response?.warnings?.map((warning) => warning.parameter) ?? [];
    if (!isRefused(plain)) {
      expect(named, `"${capability}" is not declared: refuse it, or warn of "${parameter}"`).toContain(
        parameter,
      );
    }
    const strict = await observe(bench, { ...change, strict: true });
    expect(isRefused(strict), `"${capability}" is not declared: with \`strict\` it is refused`).toBe(true);
  };

  describe('capabilities', () => {
    for (const capability of Object.keys(needs) as ShownCapability[]) {
      rule(
        40,
        `${capability}: a scenario shows it where it is declared; where not, it is refused or warned of`,
        async () => {
          const { capabilities } = await bench.provider();
          await (isDeclared(capabilities[capability]) ? isShown : isDenied)(capability);
        },
        patienceMs,
      );
    }

    rule(40, 'embeddings: embed is there where it is declared, and only there', async () => {
      const provider = await bench.provider();
      if (provider.capabilities.embeddings) {
        expect('embed' in provider, 'It is declared, so there is an `embed`').toBe(true);
        if (suite.upstream)
          expect(suite.upstream.embeddings, 'Give `upstream.embeddings`, which shows it').toBeDefined();
        return;
      }
      const thrown = await provider
        .embed?.({ model: suite.request.model, input: ['a'] }, createCallContext())
        .catch((error: unknown) => error);
      if (provider.embed) expect(isChatError(thrown) && thrown.code).toBe('unsupported');
    });

    rule(40, 'declares what the test states', async () => {
      const { capabilities } = await bench.provider();
      expect(capabilities).toMatchObject(suite.capabilities ?? {});
    });

    rule(15, 'checks or refuses a format that the upstream does not enforce', async () => {
      const { structuredOutput } = (await bench.provider()).capabilities;
      const format = { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] } as const;
      const observed = await observe(bench, { format });
      if (structuredOutput === 'none')
        expect(isRefused(observed), 'Without any way it is refused').toBe(true);
      if (structuredOutput !== 'checked' || observed.error) return;
      expect(observed.response?.warnings, 'The answer is no JSON, and that is said').toContainEqual(
        expect.objectContaining({ code: 'answer-mismatch' }),
      );
    });
  });
};
