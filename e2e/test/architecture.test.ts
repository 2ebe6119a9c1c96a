import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const files = globSync('{packages,apps}/*/src/**/*.ts', {
  cwd: root,
  exclude: (name) => name.includes('.test.'),
});
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const importsOf = (file: string): readonly string[] =>
  [...read(file).matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, specifier]) => specifier ?? '');
const packageOf = (file: string): string => file.split('/').slice(0, 2).join('/');

const core = '@lakehouse/chat-core';
const utils = '@lakehouse/provider-utils';

/** Vendors, their services, and servers that people run themselves. */
const vendors = new RegExp(
  [
    'openai|anthropic|mistral|groq|deepseek|gemini|together\\.?ai|fireworks|azure|bedrock|vertex.?ai|\\bcohere\\b|moonshot|kimi',
    'perplexity|cerebras|nvidia|hugging.?face|\\bx\\.?ai\\b|openrouter|opencode|sambanova|siliconflow|zhipu|minimax',
    'llama|lm.?studio|vllm|sglang|litellm|localai|\\bgoogle|\\bamazon',
  ].join('|'),
  'i',
);

/** Who may import whom; what is not listed here may import no other package of the workspace. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  'packages/chat-core': [],
  'packages/config-file': [],
  'packages/launcher': [],
  'packages/create-provider': [],
  'packages/provider-utils': [core],
  'packages/provider-testkit': [core],
  'packages/chat-policies': [core],
  'packages/chat-dialects': [core],
  'packages/provider-guide': [core],
  'packages/provider-llama-cpp': [core, utils],
  'packages/provider-chatd': [core, utils],
  'packages/provider-ollama': [core, utils],
  'packages/provider-ollama-cloud': [core, utils, '@lakehouse/provider-ollama'],
  'packages/provider-openai-compat': [core, utils],
  'apps/chatd': [
    core,
    '@lakehouse/chat-policies',
    '@lakehouse/chat-dialects',
    '@lakehouse/config-file',
    '@lakehouse/launcher',
  ],
  'apps/gateway': ['@lakehouse/config-file', '@lakehouse/launcher'],
};

describe('who may import whom', () => {
  it('knows every package of the workspace', () => {
    const packages = globSync('{packages,apps}/*/package.json', { cwd: root }).map(packageOf);
    expect(Object.keys(arrows).sort()).toEqual(packages.sort());
  });

  it.each(Object.entries(arrows))('%s imports only what its place allows', (place, allowed) => {
    const forbidden = files
      .filter((file) => packageOf(file) === place)
      .flatMap((file) => importsOf(file).map((specifier) => ({ file, specifier })))
      .filter(({ specifier }) => specifier.startsWith('@lakehouse/'))
      .filter(({ specifier }) => !allowed.includes(specifier));
    expect(forbidden).toEqual([]);
  });

  it('no module reaches into another package by a relative path', () => {
    const escapes = files.flatMap((file) =>
      importsOf(file)
        .filter((specifier) => specifier.startsWith('.'))
        .filter((specifier) => !path.join(path.dirname(file), specifier).startsWith(`${packageOf(file)}/`))
        .map((specifier) => `${file} imports ${specifier}`),
    );
    expect(escapes).toEqual([]);
  });

  it('chat-core depends on zod and the standard-schema types, nothing else', () => {
    const { dependencies } = JSON.parse(read('packages/chat-core/package.json')) as { dependencies: object };
    expect(Object.keys(dependencies).sort()).toEqual(['@standard-schema/spec', 'zod']);
  });

  it('no vendor is known to the host by name', () => {
    const places = [
      'packages/chat-core/{src,test}/**/*.ts',
      'packages/{chat-core,chat-policies}/{README.md,api.md,package.json}',
      'packages/chat-policies/{src,test}/**/*.ts',
      'packages/chat-dialects/src/**/*.ts',
      'apps/{chatd,gateway}/src/**/*.ts',
    ];
    // A front is named after the protocol that it speaks, and the list of fronts names them all.
    const protocols = /^packages\/chat-dialects\/src\/(fronts\.ts|(?!native\/)[\w-]+\/)/;
    const found = globSync(places, { cwd: root })
      .filter((file) => !protocols.test(file))
      .flatMap((file) => {
        const hit = vendors.exec(read(file));
        return hit ? [`${file}: ${hit[0]}`] : [];
      });
    expect(globSync(places, { cwd: root }).length).toBeGreaterThan(100);
    expect(found).toEqual([]);
  });
});

describe('what every file keeps to', () => {
  it('files are short: the median is about 100 lines, none is above 250', () => {
    const lengths = files.map((file) => ({ file, lines: read(file).split('\n').length }));
    expect(lengths.filter(({ lines }) => lines > 250)).toEqual([]);
    const sorted = lengths.map(({ lines }) => lines).sort((left, right) => left - right);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(110);
  });

  it.each([
    ['the type any', /(:|<|\bas) any\b/],
    ['a switched-off check', /@ts-(ignore|nocheck|expect-error)|biome-ignore|oxlint-disable/],
    ['instanceof on the error class', /instanceof ChatError/],
    ['an enum or a namespace', /^\s*(export )?(declare )?(enum|namespace) /m],
  ])('no source has %s', (_name, pattern) => {
    expect(files.filter((file) => pattern.test(read(file)))).toEqual([]);
  });

  it('what is made for each call has no getter of its own and no generator function', () => {
    // V8 puts something of each among its old objects, where it keeps the call until a full collection. The formatter
    // indents members of a class less. These are made once: for a service, a provider, a worker.
    const madeOnce = [
      /^packages\/provider-(?!utils\/)[^/]+\/src\/provider\.ts$/,
      /^packages\/provider-testkit\//,
      /^packages\/chat-policies\/src\/(concurrency|places)\.ts$/,
      /^apps\/[^/]+\/src\/drain\.ts$/,
      /^apps\/chatd\/src\/(workers\/|runtime-holder\.ts$|plugin-host\/redacted-provider\.ts$)/,
    ];
    const pattern = /^ {4,}(get|set) \w+\(|^ +.*\bfunction\*|^ {4,}(async )?\*[\w[]/m;
    const found = files.filter((file) => pattern.test(read(file)));
    expect(found.filter((file) => !madeOnce.some((place) => place.test(file)))).toEqual([]);
    expect(madeOnce.filter((place) => !found.some((file) => place.test(file)))).toEqual([]);
  });

  it('libraries print nothing', () => {
    // What is started by itself, and is no library.
    const programs = [
      'packages/create-provider/src/main.ts',
      'packages/launcher/src/index.ts',
      'packages/provider-testkit/src/fault-wall/main.ts',
      'packages/provider-testkit/src/testkit/main.ts',
    ];
    expect(files).toEqual(expect.arrayContaining(programs));
    const printing = files.filter(
      (file) => file.startsWith('packages/') && /console\.|\bstd(out|err)\b/.test(read(file)),
    );
    expect(printing.filter((file) => !programs.includes(file))).toEqual([]);
  });
});
