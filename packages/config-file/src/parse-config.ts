import { readFileSync } from 'node:fs';
import { type AST, ParseError, parseTOML } from 'toml-eslint-parser';
import { type ConfigDocument, createConfigDocument } from './config-document.js';
import { ConfigError, type Position } from './problem.js';
import { readProgram } from './read-program.js';

const explanations: Readonly<Record<string, string>> = {
  'Defining a key multiple times is invalid': 'this key or table is defined twice',
  'Unspecified values are invalid': 'a value is missing',
};

/** The parser counts columns from 0. */
const positionOf = (error: ParseError): Position => ({ line: error.lineNumber, column: error.column + 1 });

const parseProgram = (text: string, filename: string): AST.TOMLProgram => {
  try {
    return parseTOML(text, { tomlVersion: '1.0.0' });
  } catch (error) {
    if (error instanceof ParseError) {
      const message = `not valid TOML: ${explanations[error.message] ?? error.message}`;
      const problem = { file: filename, position: positionOf(error), path: [], message };
      throw new ConfigError([problem], { cause: error });
    }
    // The parser calls itself for each level, so that hostile nesting ends in a RangeError.
    const message = error instanceof RangeError ? 'nested too deeply' : 'the TOML parser failed';
    throw new ConfigError([{ file: filename, path: [], message }], { cause: error });
  }
};

/** Parses the text of a configuration file (TOML 1.0); `filename` is shown in messages. Throws a `ConfigError`. */
export const parseConfig = (text: string, filename: string): ConfigDocument => {
  const { value, root, problems } = readProgram(parseProgram(text, filename));
  if (problems.length > 0) throw new ConfigError(problems.map((problem) => ({ file: filename, ...problem })));
  return createConfigDocument(filename, value, root);
};

/** Reads and parses a configuration file. Throws a `ConfigError`, also when the file cannot be read. */
export const readConfigFile = (file: string): ConfigDocument => {
  const failed = (message: string, cause: unknown): ConfigError =>
    new ConfigError([{ file, path: [], message }], { cause });
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw failed(`cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`, error);
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes); // it also drops a byte order mark
  } catch (error) {
    throw failed('is not valid UTF-8', error);
  }
  return parseConfig(text, file);
};
