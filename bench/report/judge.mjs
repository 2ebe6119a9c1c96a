import { rows } from './rows.mjs';

const holds = (value, limit, more) => (more ? value >= limit : value <= limit);

/** The rows with their values and whether they hold; one that the run did not measure has neither. */
export const judge = (results) =>
  rows.map(({ read, ...row }) => {
    const value = read(results);
    if (value === undefined) return row;
    return {
      ...row,
      value,
      mustHolds: holds(value, row.must, row.more),
      aimHolds: holds(value, row.aim, row.more),
      ...(row.hard !== undefined && { hardHolds: holds(value, row.hard, row.more) }),
    };
  });
