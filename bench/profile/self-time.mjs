import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(import.meta.dirname, '../..');

/** Where a position of built code stands in the sources, below the repository's root. */
const createLocator = () => {
  const maps = new Map();
  const mapOf = (file) => {
    if (!maps.has(file)) {
      try {
        maps.set(file, new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8'))));
      } catch (error) {
        if (error.code !== 'ENOENT') throw error;
        maps.set(file, undefined); // code of a dependency
      }
    }
    return maps.get(file);
  };
  return ({ url, lineNumber, columnNumber }) => {
    if (!url.startsWith('file:')) return url === '' ? '(native)' : `${url}:${lineNumber + 1}`;
    const file = fileURLToPath(url);
    const { originalSource, originalLine } = mapOf(file)?.findEntry(lineNumber, columnNumber) ?? {};
    const place = originalSource ? path.resolve(path.dirname(file), originalSource) : file;
    const line = originalSource ? originalLine : lineNumber;
    return `${path.relative(root, place).replace(/^.*node_modules\//, '')}:${line + 1}`;
  };
};

const own = /^(packages|apps)\//;

/** Sums by name, as shares of the whole, the most first. */
const ranked = (times, busy) =>
  [...times]
    .sort(([, left], [, right]) => right - left)
    .map(([name, time]) => ({ name, time, share: time / busy }));

/**
 * Where the time of a CPU profile went, in microseconds without idle time and without the profiler's own: by `functions`,
 * the time in themselves; by `places`, the line of this repository that called whatever was running, or the package
 * where none did.
 */
export const selfTimes = (profile) => {
  const locate = createLocator();
  const nodes = new Map(profile.nodes.map((node) => [node.id, { ...node, where: locate(node.callFrame) }]));
  for (const node of nodes.values()) for (const child of node.children ?? []) nodes.get(child).parent = node;
  const titleOf = ({ callFrame, where }) => `${callFrame.functionName || '(anonymous)'} ${where}`;
  const placeOf = (node) => {
    for (let frame = node; frame; frame = frame.parent) if (own.test(frame.where)) return titleOf(frame);
    return `without a caller of ours: ${titleOf(node)}`;
  };
  const functions = new Map();
  const places = new Map();
  const add = (times, key, time) => times.set(key, (times.get(key) ?? 0) + time);
  let busy = 0;
  for (const [index, id] of profile.samples.entries()) {
    const node = nodes.get(id);
    if (node.callFrame.functionName === '(idle)' || node.where.startsWith('node:inspector')) continue;
    const time = profile.timeDeltas[index];
    busy += time;
    add(functions, titleOf(node), time);
    add(places, placeOf(node), time);
  }
  return { busy, functions: ranked(functions, busy), places: ranked(places, busy) };
};
