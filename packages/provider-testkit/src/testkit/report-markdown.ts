import { placeOf } from '../rules.js';
import type { ProviderReport, Report, RuleResult } from './report.js';

const table = (rows: readonly (readonly string[])[]): string =>
  rows
    .flatMap((row, index) => [
      `| ${row.join(' | ')} |`,
      ...(index === 0 ? [`|${row.map(() => '---').join('|')}|`] : []),
    ])
    .join('\n');

const count = (results: readonly RuleResult[], state: RuleResult['state']): string =>
  String(results.filter((result) => result.state === state).length);

const groupRows = ({ rules }: ProviderReport): readonly (readonly string[])[] =>
  [...new Set(rules.map(({ group }) => group))].map((group) => {
    const own = rules.filter((result) => result.group === group);
    return [group, count(own, 'passed'), count(own, 'failed'), count(own, 'not-applicable')];
  });

const sectionOf = (provider: ProviderReport): string => {
  const { counts, rules, name } = provider;
  const tests = rules.reduce((sum, result) => sum + result.tests, 0);
  const failed = rules.filter(({ state }) => state === 'failed');
  const left = rules.filter(({ state }) => state === 'not-applicable');
  return [
    `## ${name}`,
    `${counts.passed} of ${counts.passed + counts.failed} rules passed in ${tests} tests; not applicable: ${counts['not-applicable']}.`,
    table([['rules', 'passed', 'failed', 'not applicable'], ...groupRows(provider)]),
    ...(failed.length > 0
      ? [
          failed
            .map(
              (rule) =>
                `- Rule ${rule.number} failed: ${rule.sentence} (${placeOf(rule.number)})\n${rule.failures.map((test) => `  - ${test}`).join('\n')}`,
            )
            .join('\n'),
        ]
      : []),
    ...(left.length > 0
      ? [
          `Not applicable: ${left.map(({ number, needs }) => `rule ${number}${needs ? ` (needs ${needs})` : ''}`).join(', ')}.`,
        ]
      : []),
  ].join('\n\n');
};

/** The report for people: a table for each provider, fit for a README. */
export const toMarkdown = (report: Report): string =>
  [
    '# Conformance',
    `\`@lakehouse/provider-testkit\` ${report.kit}, provider specification ${report.specification}.`,
    ...report.providers.map(sectionOf),
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
