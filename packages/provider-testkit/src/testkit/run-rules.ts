import type { TestCase, TestModule } from 'vitest/node';
import type { RuleTest } from './report.js';

/** The name that the test file gave to its provider: the suite around the group of the test. */
const providerOf = ({ parent }: TestCase): string | undefined => {
  const outer = parent.type === 'suite' ? parent.parent : undefined;
  return outer?.type === 'suite' ? outer.name : undefined;
};

const testsOf = (module: TestModule, fallbackName: string): readonly RuleTest[] => {
  const ran = [...module.children.allTests()].filter((test) => /^rule \d+: /.test(test.name));
  return ran.map((test) => ({
    provider: providerOf(test) ?? fallbackName,
    rule: Number((test.meta() as { rule?: number }).rule ?? /^rule (\d+)/.exec(test.name)?.[1]),
    name: test.name,
    passed: test.result().state === 'passed',
  }));
};

/**
 * Runs the tests of the kit in a package's directory, and no others. `fallbackName` is for tests that stand outside of a
 * `testProvider`. Rejects with an `Error` when a test file cannot be loaded.
 */
export const runRules = async (
  root: string,
  filters: readonly string[],
  fallbackName: string,
): Promise<readonly RuleTest[]> => {
  const { startVitest } = await import('vitest/node');
  const { exitCode } = process;
  const vitest = await startVitest('test', [...filters], {
    root,
    watch: false,
    reporters: [{}],
    testNamePattern: /\brule \d+: /,
    passWithNoTests: true,
  });
  try {
    const modules = vitest.state.getTestModules();
    const errors = modules.flatMap((module) =>
      module.errors().map(({ message }) => `${module.relativeModuleId}: ${message}`),
    );
    const unhandled = vitest.state.getUnhandledErrors().map((error) => String((error as Error).message));
    const [first] = [...errors, ...unhandled];
    if (first !== undefined) throw new Error(first);
    const tests = modules.flatMap((module) => testsOf(module, fallbackName));
    const named = new Set(tests.map(({ provider }) => provider).filter((name) => name !== fallbackName));
    const [only] = named.size === 1 ? named : [];
    return tests.map((test) =>
      test.provider === fallbackName && only !== undefined ? { ...test, provider: only } : test,
    );
  } finally {
    await vitest.close();
    process.exitCode = exitCode; // vitest sets it; whether a rule failed is said by the report
  }
};
