import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { startVitest } from 'vitest/node';
import { flaws } from './support/flaws.js';

const pattern = Object.entries(flaws)
  .map(([flaw, rule]) => `^${flaw} .*${rule}`)
  .join('|');
const failed = new Map<string, string[]>();

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
        failed.set(flaw, [...(failed.get(flaw) ?? []), rest.join(' > ')]);
      }
    }
    await vitest.close();
    process.exitCode = exitCode; // the inner run sets it for its failures, which are what this test wants
  }, 120_000);

  it.each(Object.entries(flaws))('has the flaw "%s"', (flaw, rule) => {
    expect(failed.get(flaw) ?? []).toContainEqual(expect.stringContaining(rule));
  });
});
