/** A number with as many digits as it deserves; a dash for what is not known. */
export const number = (value, digits) => {
  if (value === undefined || Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return 'never';
  const size = Math.abs(value);
  return value.toFixed(digits ?? (size >= 100 ? 0 : size >= 10 ? 1 : 2));
};

/** A median with what lay around it. */
export const withSpread = ({ median, min, max }, digits) =>
  `${number(median, digits)} (${number(min, digits)}–${number(max, digits)})`;

/** Several numbers of one kind. */
export const several = (values, digits) => values.map((value) => number(value, digits)).join(' / ');

/** A table of Markdown. */
export const table = (titles, rows) =>
  [titles, titles.map((_title, index) => (index === 0 ? '---' : '---:')), ...rows]
    .map(
      (cells) =>
        `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`,
    )
    .join('\n');
