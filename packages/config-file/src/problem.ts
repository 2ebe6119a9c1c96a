/** Steps from the top of the file to a value: table and key names, and indices of arrays. */
export type KeyPath = readonly (string | number)[];

/** A place in the file; both numbers count from 1. */
export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** One thing that is wrong in a configuration file. */
export interface Problem {
  /** The file's name as it is shown to the operator. */
  readonly file: string;
  /** Absent when the problem is about the file as a whole. */
  readonly position?: Position;
  /** Empty when the problem is not about a key. */
  readonly path: KeyPath;
  /** What is wrong and what would be right, without file and path. */
  readonly message: string;
}

const bareKey = /^[A-Za-z0-9_-]+$/;

/** `["models", "a.b", "targets", 0]` as `models."a.b".targets[0]`, the way TOML writes it. */
export const formatKeyPath = (path: KeyPath): string =>
  path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    const name = bareKey.test(step) ? step : JSON.stringify(step);
    return text === '' ? name : `${text}.${name}`;
  }, '');

/** One line: `lakehouse.toml:12:3: chatd.retri: unknown key; did you mean "retry"?` */
export const formatProblem = ({ file, position, path, message }: Problem): string => {
  const place = position === undefined ? file : `${file}:${position.line}:${position.column}`;
  return [place, ...(path.length === 0 ? [] : [formatKeyPath(path)]), message].join(': ');
};

/** Recognises errors of every installed copy of this package. */
const mark: unique symbol = Symbol.for('@lakehouse/config-file/error') as never;

/** What is wrong with a configuration, one line of the message per problem. Recognise it with `isConfigError`. */
export class ConfigError extends Error {
  /** What `isConfigError` looks for. */
  readonly [mark] = true;
  /** At least one, in the order of the file. */
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[], options?: ErrorOptions) {
    super(problems.map(formatProblem).join('\n'), options);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** True for a `ConfigError` of any installed copy of this package. */
export const isConfigError = (value: unknown): value is ConfigError =>
  typeof value === 'object' && value !== null && mark in value;
