import { type Rule, rules } from '../rules.js';

/** One test of the kit that has run. */
export interface RuleTest {
  readonly provider: string;
  readonly rule: number;
  readonly name: string;
  readonly passed: boolean;
}

/** What became of one rule. */
export interface RuleResult extends Rule {
  /** `not-applicable`: the test file gives nothing to apply it to; `needs` says what that would be. */
  readonly state: 'passed' | 'failed' | 'not-applicable';
  readonly tests: number;
  /** The tests that did not pass. */
  readonly failures: readonly string[];
}

/** The rules that one provider was held to. */
export interface ProviderReport {
  readonly name: string;
  readonly counts: Readonly<Record<RuleResult['state'], number>>;
  readonly rules: readonly RuleResult[];
}

/** What `conformance.json` holds. */
export interface Report {
  /** Version of `@lakehouse/provider-testkit`. */
  readonly kit: string;
  readonly specification: 'v1';
  readonly providers: readonly ProviderReport[];
}

const resultOf = (rule: Rule, tests: readonly RuleTest[]): RuleResult => {
  const own = tests.filter((test) => test.rule === rule.number);
  const failures = own.filter(({ passed }) => !passed).map(({ name }) => name);
  const ran = failures.length > 0 ? 'failed' : 'passed';
  return { ...rule, state: own.length === 0 ? 'not-applicable' : ran, tests: own.length, failures };
};

const reportOf = (name: string, tests: readonly RuleTest[]): ProviderReport => {
  const results = rules.map((rule) => resultOf(rule, tests));
  const count = (state: RuleResult['state']): number =>
    results.filter((result) => result.state === state).length;
  return {
    name,
    counts: {
      passed: count('passed'),
      failed: count('failed'),
      'not-applicable': count('not-applicable'),
    },
    rules: results,
  };
};

/** Sums up what ran, provider by provider in the order of their first test. */
export const createReport = (kit: string, tests: readonly RuleTest[]): Report => ({
  kit,
  specification: 'v1',
  providers: [...new Set(tests.map(({ provider }) => provider))].map((name) =>
    reportOf(
      name,
      tests.filter(({ provider }) => provider === name),
    ),
  ),
});

/** The rules that did not pass, each with its provider. */
export const failuresOf = ({ providers }: Report): readonly { name: string; rule: RuleResult }[] =>
  providers.flatMap(({ name, rules: results }) =>
    results.filter(({ state }) => state === 'failed').map((rule) => ({ name, rule })),
  );
