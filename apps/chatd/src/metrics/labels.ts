/** Labels without those that are unknown: Prometheus takes one that is absent for an empty one. */
export const knownLabels = <Name extends string>(
  labels: Readonly<Record<Name, string | undefined>>,
): Partial<Record<Name, string>> => {
  const known: Partial<Record<Name, string>> = {};
  for (const name in labels) {
    const value = labels[name];
    if (value !== undefined) known[name] = value;
  }
  return known;
};
