import type { KeyPath, Position, Problem } from './problem.js';

/** The value of a configuration file: plain objects, arrays, strings, numbers and booleans. */
export type ConfigValue = string | number | boolean | ConfigValue[] | ConfigTable;

/** A table of a configuration file. */
export type ConfigTable = { [key: string]: ConfigValue };

/** Where a key, its value and everything below it stand. */
export interface Place {
  readonly key: Position;
  readonly value: Position;
  readonly children: Map<string | number, Place>;
}

/** A parsed file: its value, and where each key of it stands. */
export interface ConfigDocument {
  /** The file's name as it is shown to the operator. */
  readonly filename: string;
  /** The file's top table. */
  readonly value: ConfigTable;
  /**
   * Where a path stands: its value, or its key when `'key'` is asked for. For a path that is not in the file it is
   * the nearest table above that is; undefined when not even that is there.
   */
  locate(path: KeyPath, part?: 'key' | 'value'): Position | undefined;
  /** A problem at a path, to be thrown with `ConfigError`, alone or together with others. */
  problem(path: KeyPath, message: string, part?: 'key' | 'value'): Problem;
}

/** Makes a document of a value and the places of its keys. */
export const createConfigDocument = (filename: string, value: ConfigTable, root: Place): ConfigDocument => {
  const locate: ConfigDocument['locate'] = (path, part = 'value') => {
    let place = root;
    for (const step of path) {
      const next = place.children.get(step);
      // The key says best which table lacks something: its value may start anywhere in the file.
      if (next === undefined) return place === root ? undefined : place.key;
      place = next;
    }
    return place === root ? undefined : place[part];
  };
  return {
    filename,
    value,
    locate,
    problem(path, message, part) {
      const position = locate(path, part);
      return { file: filename, path, message, ...(position && { position }) };
    },
  };
};
