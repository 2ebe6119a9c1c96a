import { isDeepStrictEqual } from 'node:util';
import { toTable } from '../../support/generated-part.js';
import type { ParameterList } from './case.js';
import type { ParameterOutcome } from './run.js';

const code = (text: string): string => `\`${text}\``;

/** A value that is short enough for a table; a longer one was recognised by its mark. */
const toValue = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 30 ? '' : ` ${code(text)}`;
};

const toArrived = ({ arrived, tried }: ParameterOutcome): readonly string[] =>
  arrived.map(({ path, value }) =>
    tried.mark !== undefined
      ? code(path.split('.', 1).join()) // the mark is somewhere inside of it
      : `${code(path)}${isDeepStrictEqual(value, tried.value) ? '' : toValue(value)}`,
  );

const toWarned = ({ warnings }: ParameterOutcome): readonly string[] =>
  warnings.map(({ code: word }) => (word === 'parameter-dropped' ? 'dropped' : 'changed'));

/** What became of a parameter, in a few words; throws when it was lost in silence. */
export const toCell = (outcome: ParameterOutcome): string => {
  const { refused, tried, list, kind } = outcome;
  if (refused) return [String(refused.status), ...(refused.word ? [code(refused.word)] : [])].join(' ');
  const words = [...toWarned(outcome), ...toArrived(outcome)];
  if (words.length > 0 && tried.own === undefined) return [...new Set(words)].join(', ');
  if (words.length === 0 && tried.own !== undefined) return 'for the front';
  throw new Error(`${list}, ${tried.parameter} over ${kind}: ${words.join() || 'lost in silence'}`);
};

/** The tables of all fronts in Markdown. */
export const toParameterTables = (
  lists: readonly ParameterList[],
  kinds: readonly { readonly id: string; readonly name: string }[],
  outcomes: readonly ParameterOutcome[],
): string => {
  const cellOf = (list: ParameterList, tried: ParameterList['cases'][number], kind: string): string => {
    const found = outcomes.find(
      (outcome) => outcome.list === list.name && outcome.tried === tried && outcome.kind === kind,
    );
    if (!found) throw new Error(`The run has no ${tried.parameter} of ${list.name} over ${kind}`);
    return toCell(found);
  };
  return lists
    .map((list) => {
      const rows = list.cases.map((tried) => [
        `${code(tried.parameter)}${toValue(tried.value)}`,
        ...kinds.map(({ id }) => cellOf(list, tried, id)),
      ]);
      const own = list.cases.flatMap(({ parameter, own: why }) =>
        why === undefined ? [] : [`- ${code(parameter)} is for the front: ${why}`],
      );
      const table = toTable([['parameter', ...kinds.map(({ name }) => name)], ...rows]);
      return [`### ${list.name}`, table, ...(own.length > 0 ? [own.join('\n')] : [])].join('\n\n');
    })
    .join('\n\n');
};
