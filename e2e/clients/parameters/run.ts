import { isDeepStrictEqual } from 'node:util';
import type { ClientLab, Kind } from '../support.js';
import { type ParameterCase, type ParameterList, withValue } from './case.js';

/** A field of the upstream's body that is another one because of the parameter. */
interface Field {
  readonly path: string;
  /** Undefined where it is gone. */
  readonly value: unknown;
}

interface Warning {
  readonly code: string;
  readonly parameter?: string;
}

/** What became of one parameter on its way to one kind of provider. */
export interface ParameterOutcome {
  readonly list: string;
  readonly kind: string;
  readonly tried: ParameterCase;
  readonly arrived: readonly Field[];
  readonly warnings: readonly Warning[];
  /** The status and the word of the error, where the request was refused. */
  readonly refused?: { readonly status: number; readonly word: string | undefined };
  /** The same with `x-chatd-strict: 1`, of a request that was warned of. */
  readonly strict?: { readonly status: number; readonly word: string | undefined };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const differences = (before: unknown, after: unknown, path = ''): readonly Field[] => {
  if (isDeepStrictEqual(before, after)) return [];
  if (!isObject(before ?? {}) || !isObject(after)) return [{ path, value: after }];
  const old = isObject(before) ? before : {};
  return [...new Set([...Object.keys(old), ...Object.keys(after)])].flatMap((name) =>
    differences(old[name], after[name], path === '' ? name : `${path}.${name}`),
  );
};

interface Answered {
  readonly status: number;
  readonly body: unknown;
  readonly warnings: readonly Warning[];
  /** What the upstream was asked. */
  readonly asked: unknown;
}

/** Asks chatd, and looks what the upstream was asked. */
const ask = async (
  lab: ClientLab,
  { path, headers }: ParameterList,
  kind: Kind,
  body: { readonly model?: string },
  more: Readonly<Record<string, string>> = {},
): Promise<Answered> => {
  const upstream = lab.upstreamOf(kind);
  upstream.clear();
  const response = await fetch(`${lab.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers, ...more },
    body: JSON.stringify({ ...body, model: `${kind.id}/${body.model}` }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: response.ok ? text : (JSON.parse(text) as unknown),
    warnings: JSON.parse(response.headers.get('x-chatd-warnings') ?? '[]') as readonly Warning[],
    asked: response.ok ? lab.lastRequest(kind).json : undefined,
  };
};

const tryCase = async (
  lab: ClientLab,
  list: ParameterList,
  kind: Kind,
  tried: ParameterCase,
): Promise<ParameterOutcome> => {
  const least = { ...list.least, ...tried.with };
  const given = withValue(least, tried.parameter.split('.'), tried.value);
  const before = await ask(lab, list, kind, least);
  if (before.status !== 200)
    throw new Error(`${list.name} ${tried.parameter}: ${JSON.stringify(before.body)}`);
  const after = await ask(lab, list, kind, given);
  const common = { list: list.name, kind: kind.id, tried };
  if (after.status !== 200) {
    const refused = { status: after.status, word: list.readError(after.body) };
    return { ...common, arrived: [], warnings: [], refused };
  }
  const warnings = after.warnings.filter(
    (warning) => !before.warnings.some((other) => isDeepStrictEqual(other, warning)),
  );
  const { mark } = tried;
  const arrived = differences(before.asked, after.asked).filter(
    ({ value }) => mark === undefined || JSON.stringify(value)?.includes(mark),
  );
  if (warnings.length === 0) return { ...common, arrived, warnings };
  const strict = await ask(lab, list, kind, given, { 'x-chatd-strict': '1' });
  const word = strict.status === 200 ? undefined : list.readError(strict.body);
  return { ...common, arrived, warnings, strict: { status: strict.status, word } };
};

/** Tries every parameter over every provider, one after the other: the last request of an upstream is the one of the case. */
export const runParameters = async (
  lab: ClientLab,
  lists: readonly ParameterList[],
  kinds: readonly Kind[],
): Promise<readonly ParameterOutcome[]> => {
  const outcomes: ParameterOutcome[] = [];
  for (const list of lists) {
    for (const tried of list.cases) {
      for (const kind of kinds) outcomes.push(await tryCase(lab, list, kind, tried));
    }
  }
  return outcomes;
};
