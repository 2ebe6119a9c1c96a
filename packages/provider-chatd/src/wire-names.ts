const toCamelCase = (name: string): string =>
  name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** What is below these has names of its own. */
const foreign: ReadonlySet<string> = new Set(['provider_options', 'format']);

const firstOf = (path: string): string => /^\w+/.exec(path)?.[0] ?? '';

/** A path in a body, such as `messages[0].tool_calls`, as a path in a `ChatRequest`. */
export const toPath = (path: string): string => {
  const first = firstOf(path);
  const rest = path.slice(first.length);
  return toCamelCase(first) + (foreign.has(first) ? rest : toCamelCase(rest));
};

/** A text about that path: fronts look for a parameter by its name in `ChatRequest`, and put their own in its place. */
export const toText = (text: string, path: string): string => {
  const first = firstOf(path);
  return first === '' ? text : text.replaceAll(new RegExp(`\\b${first}\\b`, 'g'), toCamelCase(first));
};
