// How a row of "what must hold" takes its number from the results of a run. Undefined is: the run did not measure it.

const isChatd = (name) => name.startsWith('chatd-');

/** Subjects that are asked on chatd's own front. */
export const isNative = (name) => name.startsWith('chatd-native');

/** The worst of chatd's subjects: a row holds only when it holds for all that were measured. */
export const worst =
  (measure, read, isMeant = isChatd) =>
  (results) => {
    const found = results.filter(
      (result) => result.measure === measure && isMeant(result.subject) && result.values,
    );
    return found.length === 0 ? undefined : Math.max(...found.map(({ values }) => read(values)));
  };

/** The one subject of a measure. */
export const one = (measure, subject, read) => (results) => {
  const result = results.find((each) => each.measure === measure && each.subject === subject && each.values);
  return result && read(result.values);
};

/** Of the runs with held streams only those with the most count. */
export const mostHeld = (read) => (results) => {
  const found = results.filter(({ measure, values }) => measure === 'held' && values);
  const most = Math.max(...found.map(({ values }) => values.count));
  return worst('held', read)(found.filter(({ values }) => values.count === most));
};

/** One number divided by another. */
export const quotient = (above, below) => (results) => {
  const [upper, lower] = [above(results), below(results)];
  return upper === undefined || lower === undefined ? undefined : upper / lower;
};
