import { readFileSync } from 'node:fs';
import { type ChatRequest, chat, chatRequestSchema } from '@lakehouse/chat-core';
import { createWarningList } from '@lakehouse/provider-utils';
import { describe, expect, it } from 'vitest';
import { toPlan } from '../src/plan.js';
import { useModels } from './support/models.js';
import { parameterTable } from './support/parameter-table.js';

const user = { role: 'user', content: 'Hi' } as const;

describe('no parameter is lost in silence', () => {
  const provider = useModels(['speaker', 'thinker', 'talker', 'parallel'], { contextSize: 2048 });
  const base: ChatRequest = { model: 'speaker', messages: [user] };
  const rows = Object.entries(parameterTable).flatMap(([parameter, list]) =>
    list.map((row) => ({ parameter, ...row })),
  );
  const planOf = (request: ChatRequest): unknown =>
    toPlan(request, { provider: 'llama-cpp', warnings: createWarningList('llama-cpp', request) });

  it('has a row for every parameter of the contract', () => {
    expect(Object.keys(parameterTable).sort()).toEqual(Object.keys(chatRequestSchema.shape).sort());
  });

  it('is what the README says', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const told = [...readme.matchAll(/^\| (`.+?) +\| (mapped|warned|refused) +\|/gm)];
    expect(told.map(([, label, outcome]) => `${label}: ${outcome}`)).toEqual(
      rows.map(({ label, outcome }) => `${label}: ${outcome}`),
    );
  });

  it.each(rows.filter(({ outcome }) => outcome === 'mapped'))('maps $label', async ({ request, plan }) => {
    for (const strict of [false, true]) {
      const whole = { ...base, strict, ...request };
      expect(planOf(whole)).toMatchObject(plan ?? {});
      expect((await chat(provider, whole)).warnings).toBeUndefined();
    }
  });

  it.each(rows.filter(({ outcome }) => outcome === 'warned'))(
    'warns of $label, and refuses it when strict',
    async ({ parameter, request, plan }) => {
      const whole = { ...base, ...request };
      expect(planOf(whole)).toMatchObject(plan ?? {});
      const { warnings = [] } = await chat(provider, whole);
      const code: unknown = expect.stringMatching(/^parameter-(dropped|changed)$/);
      expect(warnings[0]).toEqual(expect.objectContaining({ code, parameter }));
      await expect(chat(provider, { ...whole, strict: true })).rejects.toMatchObject({
        code: 'unsupported',
        path: parameter,
      });
    },
  );

  it.each(rows.filter(({ outcome }) => outcome === 'refused'))(
    'refuses $label',
    async ({ parameter, request }) => {
      await expect(chat(provider, { ...base, ...request })).rejects.toMatchObject({
        code: 'unsupported',
        path: expect.stringMatching(new RegExp(`^${parameter}`)),
      });
    },
  );

  it('refuses an option that it does not know, and a result without its call', async () => {
    const unknown = { ...base, providerOptions: { 'llama-cpp': { grammar: 'root' } } };
    await expect(chat(provider, unknown)).rejects.toMatchObject({
      code: 'invalid-request',
      path: 'providerOptions.llama-cpp',
      message: expect.stringContaining('known are minP, xtc'),
    });
    const alone = { ...base, messages: [{ role: 'tool', toolCallId: 'x', content: '' } as const] };
    await expect(chat(provider, alone)).rejects.toMatchObject({
      code: 'invalid-request',
      path: 'messages[0].toolCallId',
    });
  });
});
