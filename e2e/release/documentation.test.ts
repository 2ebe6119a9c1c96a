import { execFileSync } from 'node:child_process';
import {
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { parseConfig } from '@lakehouse/config-file';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readChatdConfig } from '../../apps/chatd/src/config.js';
import { createRuntime } from '../../apps/chatd/src/runtime.js';
import { root, run, startChatd } from './support.js';

interface Block {
  /** File and line, for messages. */
  readonly place: string;
  readonly language: string;
  readonly text: string;
}

const pages = globSync(['*.md', 'docs/**/*.md', '{packages,apps,examples}/*/README.md'], { cwd: root });

const blocksOf = (page: string): readonly Block[] => {
  const text = readFileSync(path.join(root, page), 'utf8');
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map((match) => ({
    place: `${page}:${text.slice(0, match.index).split('\n').length}`,
    language: match[1] ?? '',
    text: match[2] ?? '',
  }));
};

const blocks = pages.flatMap(blocksOf);
const inLanguage = (...languages: readonly string[]): readonly Block[] =>
  blocks.filter(({ language }) => languages.includes(language));

describe('every JSON block parses', () => {
  it.each(inLanguage('json'))('$place', ({ text }) => {
    expect(() => JSON.parse(text)).not.toThrow();
  });
});

describe('every TOML block is a config that chatd takes', () => {
  it.each(inLanguage('toml'))('$place', async ({ text, place }) => {
    // From this folder chatd also finds the packages that it does not bundle.
    const config = readChatdConfig(parseConfig(text, place), { file: import.meta.filename });
    const bundled = config.providers.every(({ use }) => use.startsWith('@lakehouse/'));
    if (!bundled || config.providers.length === 0) return;
    const runtime = await createRuntime(config, { environment: {}, warn: () => undefined });
    await runtime.close();
  });
});

describe('every TypeScript block type-checks on its own', () => {
  const folder = path.join(root, 'e2e/.documentation');
  beforeAll(() => mkdirSync(folder, { recursive: true }));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('all of them', () => {
    const named = inLanguage('ts').map(({ place, text }, index) => ({
      place,
      text,
      file: `block-${index}.ts`,
    }));
    for (const { file, text } of named) writeFileSync(path.join(folder, file), text);
    // Each block sees the packages that a reader would have installed.
    const modules = path.join(folder, 'node_modules');
    mkdirSync(path.join(modules, '@lakehouse'), { recursive: true });
    symlinkSync(path.join(root, 'packages/chat-core/node_modules/zod'), path.join(modules, 'zod'));
    symlinkSync(path.join(root, 'node_modules/vitest'), path.join(modules, 'vitest'));
    for (const name of readdirSync(path.join(root, 'packages'))) {
      symlinkSync(path.join(root, 'packages', name), path.join(modules, '@lakehouse', name));
    }
    writeFileSync(
      path.join(folder, 'tsconfig.json'),
      '{"extends":"../../tsconfig.base.json","include":["*.ts"]}',
    );
    const places = new Map(named.map(({ file, place }) => [file, place]));
    try {
      run(path.join(root, 'node_modules/.bin/tsc'), ['-p', folder, '--pretty', 'false'], folder);
    } catch (error) {
      const { message } = error as Error;
      expect.fail(message.replaceAll(/block-\d+\.ts/g, (file) => places.get(file) ?? file));
    }
    expect(named.length).toBeGreaterThan(0);
  });
});

describe('the curl lines that need no model of your own', () => {
  const calls = inLanguage('bash').filter(
    ({ text }) =>
      /^curl /m.test(text) && /guide\/help|\/v1\/chat\/(providers|models)|\/(healthz|readyz)/.test(text),
  );

  it('there are some, in the README first', () => {
    expect(calls[0]?.place).toMatch(/^README\.md:/);
  });

  it('answer as soon as the quickstart runs', async () => {
    const main = path.join(root, 'apps/chatd/dist/main.js');
    const url = await startChatd(main, ['--config', 'examples/quickstart/lakehouse.toml'], root);
    for (const { place, text } of calls) {
      const command = text.replaceAll(/(http:\/\/)?(localhost|127\.0\.0\.1):3220/g, url);
      const output = execFileSync('bash', ['-ec', command], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      expect(output, place).not.toContain('"error"');
      expect(output.length, place).toBeGreaterThan(10);
    }
  });
});

describe('links within the repo lead somewhere', () => {
  it.each(pages)('%s', (page) => {
    const text = readFileSync(path.join(root, page), 'utf8').replaceAll(/^```[\s\S]*?^```/gm, '');
    const targets = [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)].map(
      ([, target]) => target ?? '',
    );
    const dead = targets.filter((target) => !existsSync(path.resolve(root, path.dirname(page), target)));
    expect(dead).toEqual([]);
  });
});
