import type { AST } from 'toml-eslint-parser';
import type { ConfigTable, ConfigValue, Place } from './config-document.js';
import type { KeyPath, Position, Problem } from './problem.js';

type LocatedProblem = Omit<Problem, 'file'>;

interface Program {
  readonly value: ConfigTable;
  readonly root: Place;
  readonly problems: readonly LocatedProblem[];
}

/** A container under construction: the value and its places grow together. */
interface Cursor {
  readonly value: ConfigTable | ConfigValue[];
  readonly place: Place;
  readonly path: KeyPath;
}

const deepest = 64;
const tooDeep = `nested too deeply: at most ${deepest} levels`;

const startOf = ({ loc }: AST.HasLocs): Position => ({ line: loc.start.line, column: loc.start.column + 1 });

const nameOf = (key: AST.TOMLBare | AST.TOMLQuoted): string =>
  key.type === 'TOMLBare' ? key.name : key.value;

/** Own members only: `constructor` and the like must not be found on the prototype. */
const getOwn = (container: Cursor['value'], step: string | number): ConfigValue | undefined =>
  Object.hasOwn(container, step) ? (container as ConfigTable)[step] : undefined;

/** Turns the parser's tree into a plain value and the places of its keys. */
export const readProgram = (program: AST.TOMLProgram): Program => {
  const problems: LocatedProblem[] = [];
  const report = (node: AST.HasLocs, path: KeyPath, message: string): undefined => {
    problems.push({ position: startOf(node), path, message });
  };

  const set = (
    cursor: Cursor,
    step: string | number,
    value: ConfigValue,
    key: Position,
    at: Position,
  ): Cursor => {
    (cursor.value as ConfigTable)[step] = value;
    const place: Place = { key, value: at, children: new Map() };
    cursor.place.children.set(step, place);
    return { value: value as Cursor['value'], place, path: [...cursor.path, step] };
  };

  /** The container at `step`, made when it is not there yet. */
  const enter = (cursor: Cursor, step: string | number, node: AST.HasLocs, isArray: boolean): Cursor => {
    const value = getOwn(cursor.value, step);
    const place = cursor.place.children.get(step);
    if (value === undefined || place === undefined) {
      return set(cursor, step, isArray ? [] : {}, startOf(node), startOf(node));
    }
    return { value: value as Cursor['value'], place, path: [...cursor.path, step] };
  };

  const isUsable = (key: AST.TOMLBare | AST.TOMLQuoted, path: KeyPath): boolean => {
    if (path.length >= deepest) {
      report(key, [], tooDeep);
      return false;
    }
    // Wherever the value is copied by assignment, a member of this name would become the prototype of the copy.
    if (nameOf(key) !== '__proto__') return true;
    report(key, [...path, '__proto__'], 'this name cannot be used as a key');
    return false;
  };

  const readScalar = (node: AST.TOMLValue, path: KeyPath): ConfigValue | undefined => {
    if (node.value instanceof Date) {
      return report(node, path, 'expected a string, a number or a boolean, found a date; put it in quotes');
    }
    if (node.kind === 'integer' && !Number.isSafeInteger(node.value)) {
      return report(node, path, `expected an integer of at most ${Number.MAX_SAFE_INTEGER}`);
    }
    return node.value;
  };

  const readContent = (
    cursor: Cursor,
    step: string | number,
    key: Position,
    node: AST.TOMLContentNode,
  ): void => {
    const path = [...cursor.path, step];
    if (node.type === 'TOMLValue') {
      const value = readScalar(node, path);
      if (value !== undefined) set(cursor, step, value, key, startOf(node));
    } else if (path.length >= deepest) {
      report(node, [], tooDeep);
    } else if (node.type === 'TOMLArray') {
      const array = set(cursor, step, [], key, startOf(node));
      node.elements.forEach((element, index) => {
        readContent(array, index, startOf(element), element);
      });
    } else {
      const table = set(cursor, step, {}, key, startOf(node));
      for (const pair of node.body) readPair(table, pair);
    }
  };

  const readPair = (start: Cursor, { key, value }: AST.TOMLKeyValue): void => {
    let cursor = start;
    for (const [index, part] of key.keys.entries()) {
      if (!isUsable(part, cursor.path)) return;
      const name = nameOf(part);
      if (index === key.keys.length - 1) readContent(cursor, name, startOf(part), value);
      else cursor = enter(cursor, name, part, false);
    }
  };

  const readTable = (top: Cursor, table: AST.TOMLTable): void => {
    let cursor = top;
    let parts = 0;
    for (const [index, step] of table.resolvedKey.entries()) {
      const part = table.key.keys[typeof step === 'string' ? parts++ : parts - 1];
      if (part === undefined || !isUsable(part, cursor.path)) return;
      cursor = enter(cursor, step, part, typeof table.resolvedKey[index + 1] === 'number');
    }
    for (const pair of table.body) readPair(cursor, pair);
  };

  const start = { line: 1, column: 1 };
  const root: Place = { key: start, value: start, children: new Map() };
  const value: ConfigTable = {};
  const top: Cursor = { value, place: root, path: [] };
  for (const item of program.body[0].body) {
    if (item.type === 'TOMLTable') readTable(top, item);
    else readPair(top, item);
  }
  return { value, root, problems };
};
