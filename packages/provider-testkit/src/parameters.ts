import { readFileSync } from 'node:fs';
import { type ChatRequest, chat, chatRequestSchema, isChatError, type Provider } from '@lakehouse/chat-core';
import { afterAll, beforeAll, beforeEach, describe, expect } from 'vitest';
import { rule } from './rule.js';
import type { Script } from './script.js';
import { type ScriptedUpstream, startUpstream } from './upstream.js';

/** What becomes of one parameter, or of one of its values. */
export interface ParameterCase {
  /** As the README's table names it. */
  readonly label: string;
  readonly outcome: 'mapped' | 'warned' | 'refused';
  readonly request: Partial<ChatRequest>;
  /** Part of the body that goes upstream. */
  readonly sent?: object;
}

/** A row at least for every parameter of the contract. */
export type ParameterTable = Readonly<Record<keyof ChatRequest, readonly ParameterCase[]>>;

const readmeRows = (file: URL): readonly string[] =>
  [...readFileSync(file, 'utf8').matchAll(/^\| (`.+?) +\| (mapped|warned|refused) +\|/gm)].map(
    ([, label, outcome]) => `${label}: ${outcome}`,
  );

/** Holds a provider, and its README, against a table that has a row for every parameter of a request. */
export const testParameters = (
  table: ParameterTable,
  options: { readonly create: (url: string) => Provider; readonly answer: Script; readonly readme: URL },
): void => {
  const base: ChatRequest = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] };
  let upstream: ScriptedUpstream;
  let provider: Provider;
  beforeAll(async () => {
    upstream = await startUpstream();
    upstream.reply(options.answer);
    provider = options.create(upstream.url);
  });
  beforeEach(() => upstream.clear());
  afterAll(async () => {
    await provider.close?.();
    await upstream.close();
  });

  const failure = async (request: ChatRequest): Promise<unknown> => {
    const error: unknown = await chat(provider, request).catch((thrown: unknown) => thrown);
    expect(isChatError(error)).toBe(true);
    expect(upstream.requests, 'what is refused is not sent').toHaveLength(0);
    return error;
  };

  const cases = Object.entries(table).flatMap(([parameter, rows]) =>
    rows.map((row) => ({ parameter, ...row })),
  );

  describe('no parameter is lost in silence', () => {
    rule(11, 'has a row for every parameter of the contract', () => {
      expect(Object.keys(table).sort()).toEqual(Object.keys(chatRequestSchema.shape).sort());
      expect(Object.values(table).every((rows) => rows.length > 0)).toBe(true);
    });

    rule(11, 'is what the README says', () => {
      expect(readmeRows(options.readme)).toEqual(cases.map(({ label, outcome }) => `${label}: ${outcome}`));
    });

    for (const { label, outcome, parameter, request, sent = {} } of cases) {
      if (outcome === 'mapped')
        rule(11, `maps ${label}`, async () => {
          for (const strict of [false, true]) {
            const response = await chat(provider, { ...base, strict, ...request });
            expect(response.warnings).toBeUndefined();
            expect(upstream.requests.at(-1)?.json).toMatchObject(sent);
          }
        });

      if (outcome === 'warned')
        rule(12, `warns of ${label}, and refuses it when strict`, async () => {
          const response = await chat(provider, { ...base, ...request });
          const code: unknown = expect.stringMatching(/^parameter-(dropped|changed)$/);
          expect(response.warnings).toEqual([expect.objectContaining({ code, parameter })]);
          expect(upstream.requests.at(-1)?.json).toMatchObject(sent);
          upstream.clear();
          const error = await failure({ ...base, ...request, strict: true });
          expect(error).toMatchObject({ code: 'unsupported', path: parameter });
        });

      if (outcome === 'refused')
        rule(11, `refuses ${label}`, async () => {
          const error = await failure({ ...base, ...request });
          expect(error).toMatchObject({ code: 'unsupported' });
          expect((error as { path?: string }).path).toMatch(new RegExp(`^${parameter}`));
        });
    }
  });
};
