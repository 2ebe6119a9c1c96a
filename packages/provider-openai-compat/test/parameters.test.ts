import { type ChatRequest, isChatError } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { presets } from '../src/presets.js';
import { plainQuirks, type Quirks } from '../src/quirks.js';
import { toWireRequest } from '../src/wire-request.js';
import { request, weatherTool } from './support/wire.js';

type Parameter = Exclude<keyof ChatRequest, 'model' | 'messages' | 'strict'>;

const tools = [weatherTool];

/** One value for every parameter; a parameter that is new in the contract is missing here until it is mapped. */
const samples: { readonly [Name in Parameter]: Partial<ChatRequest> } = {
  temperature: { temperature: 0.5 },
  topP: { topP: 0.9 },
  topK: { topK: 40 },
  seed: { seed: 7 },
  stop: { stop: ['END'] },
  maxTokens: { maxTokens: 100 },
  presencePenalty: { presencePenalty: 0.1 },
  frequencyPenalty: { frequencyPenalty: 0.2 },
  format: { format: 'json' },
  think: { think: 'low' },
  tools: { tools },
  toolChoice: { tools, toolChoice: 'required' },
  parallelToolCalls: { tools, parallelToolCalls: false },
  providerOptions: { providerOptions: { 'openai-compat': { own_field: 1 } } },
};

const servers: Readonly<Record<string, Quirks>> = {
  plain: plainQuirks,
  openrouter: presets.openrouter.quirks,
  opencode: presets.opencode.quirks,
  kimi: presets.kimi.quirks,
};

/** How each parameter is called on the wire, by server; `warned` where it is left out. */
const expected: { readonly [Name in Parameter]: string | Readonly<Record<string, string>> } = {
  temperature: 'temperature',
  topP: 'top_p',
  topK: { plain: 'warned', openrouter: 'top_k', opencode: 'warned', kimi: 'warned' },
  seed: 'seed',
  stop: 'stop',
  maxTokens: {
    plain: 'max_tokens',
    openrouter: 'max_tokens',
    opencode: 'max_tokens',
    kimi: 'max_completion_tokens',
  },
  presencePenalty: 'presence_penalty',
  frequencyPenalty: 'frequency_penalty',
  format: 'response_format',
  think: {
    plain: 'reasoning_effort',
    openrouter: 'reasoning',
    opencode: 'reasoning_effort',
    kimi: 'thinking',
  },
  tools: 'tools',
  toolChoice: 'tool_choice',
  parallelToolCalls: 'parallel_tool_calls',
  providerOptions: 'own_field',
};

const build = (quirks: Quirks, change: Partial<ChatRequest>, delivery: 'stream' | 'whole' = 'whole') =>
  toWireRequest({ ...request, ...change }, { provider: 'p', quirks, delivery });

const refusal = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return isChatError(error) ? { code: error.code, path: error.path } : error;
  }
  return 'not refused';
};

const names = Object.keys(samples) as Parameter[];

describe.each(Object.entries(servers))('%s', (server, quirks) => {
  it.each(names)(
    '%s is mapped, or left out with a warning and refused when the request is strict',
    (name) => {
      const column = expected[name];
      const field = typeof column === 'string' ? column : column[server];
      const { body, warnings } = build(quirks, samples[name]);
      if (field === 'warned') {
        expect(warnings).toEqual([
          { code: 'parameter-dropped', parameter: name, message: expect.stringContaining(name) as string },
        ]);
        const strict = refusal(() => build(quirks, { ...samples[name], strict: true }));
        expect(strict).toEqual({ code: 'unsupported', path: name });
        return;
      }
      expect(warnings).toEqual([]);
      expect(Object.keys(body)).toContain(field);
      expect(refusal(() => build(quirks, { ...samples[name], strict: true }))).toBe('not refused');
    },
  );

  it('leaves out every field that the caller did not set', () => {
    expect(build(quirks, {}).body).toEqual({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] });
    const streamed = { stream: true, stream_options: { include_usage: true } };
    expect(build(quirks, {}, 'stream').body).toMatchObject(streamed);
  });
});

describe('every flag that leaves a parameter out', () => {
  const omittable = [
    'temperature',
    'topP',
    'topK',
    'seed',
    'stop',
    'maxTokens',
    'presencePenalty',
    'frequencyPenalty',
    'toolChoice',
    'parallelToolCalls',
    'think',
  ] as const;

  it.each(omittable)('%s', (name) => {
    const quirks = { ...plainQuirks, omitParameters: [name] };
    const bare = name === 'toolChoice' || name === 'parallelToolCalls' ? { tools } : {};
    const { body, warnings } = build(quirks, samples[name]);
    expect(warnings).toMatchObject([{ parameter: name }]);
    expect(body).toEqual(build(quirks, bare).body);
    expect(refusal(() => build(quirks, { ...samples[name], strict: true }))).toMatchObject({ path: name });
  });

  it('think, where the server has no field for it', () => {
    const quirks: Quirks = { ...plainQuirks, reasoningRequest: 'none' };
    expect(build(quirks, { think: false }).warnings).toMatchObject([{ parameter: 'think' }]);
  });

  it.each(['auto', 'none'] as const)(
    'toolChoice %s without tools is what happens anyway: nothing is lost',
    (toolChoice) => {
      const { body, warnings } = build(plainQuirks, { toolChoice, strict: true });
      expect(Object.keys(body)).toEqual(['model', 'messages']);
      expect(warnings).toEqual([]);
    },
  );

  it('toolChoice with a name is lost without tools', () => {
    const refused = refusal(() => build(plainQuirks, { toolChoice: { name: 'f' }, strict: true }));
    expect(refused).toEqual({ code: 'unsupported', path: 'toolChoice' });
  });

  it.each(['toolChoice', 'parallelToolCalls'] as const)('%s means nothing without tools', (name) => {
    const { tools: _, ...alone } = samples[name];
    const { body, warnings } = build(plainQuirks, alone);
    expect(Object.keys(body)).toEqual(['model', 'messages']);
    expect(warnings).toMatchObject([
      { parameter: name, message: expect.stringContaining('without tools') as string },
    ]);
  });
});
