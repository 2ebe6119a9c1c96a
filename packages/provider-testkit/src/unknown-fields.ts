import { bytesOf, type Script, withPieces } from './script.js';

const unknown = { field: [1, null, 'of a later version'] };

/** What a model wrote is not a place for fields of the wire. */
const ownWords = new Set(['arguments', 'input']);

const add = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(add);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, inner]) => [
    name,
    ownWords.has(name) ? inner : add(inner),
  ]);
  return { x_unknown: unknown, ...Object.fromEntries(fields) };
};

const counts = /token|usage|count/i;

const drop = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(drop);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([name]) => !counts.test(name));
  return Object.fromEntries(fields.map(([name, inner]) => [name, ownWords.has(name) ? inner : drop(inner)]));
};

const mapObjects = (script: Script, change: (value: unknown) => unknown): Script => {
  const lines = Buffer.from(bytesOf(script))
    .toString('utf8')
    .replace(
      /^((?:data: ?)?)(\{.*\})(\r?)$/gm,
      (_, prefix: string, object: string, end: string) =>
        `${prefix}${JSON.stringify(change(JSON.parse(object)))}${end}`,
    );
  return withPieces(script, [lines]);
};

/** The same answer with a field that nobody knows in each of its objects; lines that hold no object stay. */
export const withUnknownFields = (script: Script): Script => mapObjects(script, add);

/** The same answer without the fields whose names speak of tokens, usage or a count. */
export const withoutCounts = (script: Script): Script => mapObjects(script, drop);
