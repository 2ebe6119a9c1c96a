import { columns } from './columns.mjs';
import { number, table } from './format.mjs';

const sign = ({ more }) => (more ? '≥' : '≤');
const yes = (holds) => (holds ? 'yes' : 'NO');

/** The rows of what must hold. In CI only the hard ones, with their own limits. */
const rowsTable = (judged, isCi) => {
  const shown = isCi ? judged.filter(({ hard }) => hard !== undefined) : judged;
  return table(
    ['measure', isCi ? 'hard in CI' : 'must', 'aim', 'measured', 'holds', 'aim reached'],
    shown.map((row) => {
      const limit = isCi ? row.hard : row.must;
      const ends = [`${sign(row)} ${row.unit(limit)}`, `${sign(row)} ${row.unit(row.aim)}`];
      if (row.value === undefined) return [row.name, ...ends, 'not measured', '–', '–'];
      const measured = Number.isFinite(row.value) ? row.unit(row.value) : 'not all';
      return [row.name, ...ends, measured, yes(isCi ? row.hardHolds : row.mustHolds), yes(row.aimHolds)];
    }),
  );
};

const section = (measure, results) => {
  const found = results.filter((result) => result.measure === measure.name);
  if (found.length === 0) return [];
  const shape = columns[measure.kind];
  const rows = found.map((result) =>
    result.values
      ? shape.map(([, cell]) => cell(result))
      : [
          result.subject,
          result.leftOut ? 'left out: no time was left' : `failed: ${result.error}`,
          ...shape.slice(2).map(() => '–'),
        ],
  );
  return [
    `## ${measure.title}`,
    table(
      shape.map(([title]) => title),
      rows,
    ),
  ];
};

/** The whole report. */
export const toMarkdown = ({ about, mode, results, judged, problems }, measures) => {
  const { generations, pairs, warm } = about.sizes;
  const head = [
    `# Bench of ${about.startedAt.slice(0, 10)}, ${mode}`,
    `Node ${about.node}, ${about.cores} cores (${about.cpu}), Linux ${about.kernel}, commit ${about.commit ?? 'unknown'}` +
      `${about.changedFiles ? ` with ${about.changedFiles} changed files` : ''}, load at the start ${number(about.load[0])}.`,
    `${generations * pairs} pairs over ${generations} ${generations === 1 ? 'generation' : 'generations'} of processes; ` +
      `both sides warmed with ${warm.whole} requests and, for streams, ${warm.streams} streams. Medians of pairs, with least and most. ` +
      `It took ${number(about.seconds, 0)} s.`,
  ];
  const peers = Object.entries(problems).map(([name, problem]) => `- ${name}: ${problem}`);
  return [
    ...head,
    ...(peers.length > 0 ? ['Peers that could not be measured:', peers.join('\n')] : []),
    '## What must hold',
    rowsTable(judged, mode === 'ci'),
    ...measures.flatMap((measure) => section(measure, results)),
  ].join('\n\n');
};
