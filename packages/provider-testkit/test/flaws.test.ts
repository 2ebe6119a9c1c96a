import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { startVitest } from 'vitest/node';
import { rules } from '../src/rules.js';
import { flaws } from './support/flaws.js';

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const pattern = Object.entries(flaws)
  .map(([flaw, rule]) => `^${flaw} .*${literally(rule)}`)
  .join('|');
const failed = new Map<string, { readonly name: string; readonly message: string }[]>();

describe('the suite refuses a provider that', () => {
  beforeAll(async () => {
    const { exitCode } = process;
    const vitest = await startVitest(
      'test',
      [],
      {
        config: false,
        watch: false,
        reporters: [{}],
        root: fileURLToPath(new URL('..', import.meta.url)),
        include: ['test/support/flawed.ts'],
        testTimeout: 1500,
        testNamePattern: new RegExp(pattern),
      },
      {
        ssr: {
          resolve: { conditions: ['@lakehouse/source', 'node'], externalConditions: ['@lakehouse/source'] },
        },
      },
    );
    for (const module of vitest.state.getTestModules()) {
      for (const test of module.children.allTests('failed')) {
        const [flaw = '', ...rest] = test.fullName.split(' > ');
        const message = test.result().errors?.[0]?.message ?? '';
        failed.set(flaw, [...(failed.get(flaw) ?? []), { name: rest.join(' > '), message }]);
      }
    }
    await vitest.close();
    process.exitCode = exitCode; // the inner run sets it for its failures, which are what this test wants
  }, 120_000);

  it.each(Object.entries(flaws))('has the flaw "%s"', (flaw, rule) => {
    const caught = failed.get(flaw)?.find(({ name }) => name.includes(rule));
    expect(caught?.name, JSON.stringify(failed.get(flaw))).toContain(rule);
    const number = Number(/^rule (\d+)/.exec(rule)?.[1]);
    const sentence = rules.find((known) => known.number === number)?.sentence;
    expect(caught?.message).toContain(
      `Rule ${number}: ${sentence} See https://github.com/lakehouse/chat/blob/main/docs/provider-spec.md#rule-${number}\n`,
    );
  });
});
