import { readFileSync } from 'node:fs';
import { defineConfig } from 'tsup';

// Entries come from each package's `exports` and `bin`, so that no package has a build configuration of its own.
const manifest: unknown = JSON.parse(readFileSync('package.json', 'utf8'));
const outputs = new Set<string>();
const collect = (value: unknown): void => {
  if (typeof value === 'string') outputs.add(value);
  else if (value && typeof value === 'object') Object.values(value).forEach(collect);
};
const { exports, bin } = manifest as { exports?: unknown; bin?: unknown };
collect(exports);
collect(bin);
const entry = [...outputs]
  .map((file) => /^(?:\.\/)?dist\/(.+)\.js$/.exec(file)?.[1])
  .filter((name): name is string => Boolean(name))
  .map((name) => `src/${name}.ts`);

export default defineConfig({
  entry,
  format: 'esm',
  target: 'node22',
  platform: 'node',
  sourcemap: true,
  splitting: true,
  clean: true,
  dts: false,
  silent: true,
});
