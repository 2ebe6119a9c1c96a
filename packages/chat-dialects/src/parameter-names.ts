import type { ChatWarning } from '@lakehouse/chat-core';

/** Speaks of parameters in the names of one protocol. */
export interface ParameterNames {
  /** A path that begins with a parameter of `ChatRequest`, as a path in the body. */
  readonly toName: (path: string) => string;
  /** A text about that path, in the same names. */
  readonly toText: (text: string, path: string) => string;
  readonly toWarnings: (warnings: readonly ChatWarning[] | undefined) => readonly ChatWarning[];
}

const toSnakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** What is below these has no other name; a body may call them so itself. */
const foreign: ReadonlySet<string> = new Set(['providerOptions', 'provider_options']);

/** `names`: what the protocol calls a parameter of `ChatRequest`, where that is not the same in snake case. */
export const createParameterNames = (names: ReadonlyMap<string, string>): ParameterNames => {
  const toFirst = (first: string): string => names.get(first) ?? toSnakeCase(first);
  const toName = (path: string): string => {
    const [first = ''] = /^\w+/.exec(path) ?? [];
    const rest = path.slice(first.length);
    return toFirst(first) + (foreign.has(first) ? rest : toSnakeCase(rest));
  };
  const toText = (text: string, path: string): string => {
    const [first = ''] = /^\w+/.exec(path) ?? [];
    return first === '' ? text : text.replaceAll(new RegExp(`\\b${first}\\b`, 'g'), toFirst(first));
  };
  return {
    toName,
    toText,
    toWarnings: (warnings = []) =>
      warnings.map((warning) => {
        const { parameter, message } = warning;
        if (parameter === undefined) return warning;
        return { ...warning, parameter: toName(parameter), message: toText(message, parameter) };
      }),
  };
};
