import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Environment,
  freePort,
  mostMs,
  npmEnvironment,
  type Service,
  startService,
} from './new-package.js';
import { outsideFolder, root } from './support.js';

interface Block {
  readonly title: string;
  readonly text: string;
  /** The port of a command that goes on in a terminal of its own. */
  readonly port?: string;
}

const page = readFileSync(path.join(root, 'docs/write-a-provider.md'), 'utf8');

/** The page's ports, and the command that each belongs to. */
const services: Readonly<Record<string, RegExp>> = {
  4873: /registry/,
  8000: /stand-in/,
  3220: /chatd|npm start/,
};

const blocks: readonly Block[] = [...page.matchAll(/^```bash\n([\s\S]*?)^```/gm)].map((match) => {
  const text = match[1] ?? '';
  const line = page.slice(0, match.index).split('\n').length;
  const title = `line ${line}: ${text.replace(/^#.*\n/, '').split('\n')[0]}`;
  if (!text.startsWith('# in a terminal of its own')) return { title, text };
  const port = Object.keys(services).find((candidate) => services[candidate]?.test(text));
  if (port === undefined) throw new Error(`${title}: on which port?`);
  return { title, text, port };
});

/** What a command has to print. */
const printed: readonly (readonly [command: RegExp, output: RegExp])[] = [
  [/^npm create/m, /Made @my-team\/provider-shout/],
  [/^npm test/m, /Tests .*\d+ passed/],
  [/^npm run report/m, /(\d+) of \1 rules passed in \d+ tests/],
  [/is anybody there/, /"content":"You said: is anybody there\?".*"finish_reason":"stop"/],
  [/"stream": true/, /"type":"text_delta","delta":" anybody"[\s\S]*"type":"response_end"/],
  [/^npm publish --dry-run/m, /\+ @my-team\/provider-shout@0\.1\.0/],
  [/^npm publish$/m, /\+ @my-team\/provider-shout@0\.1\.0/],
  [/and here\?/, /"content":"You said: and here\?"/],
];

describe('docs/write-a-provider.md, command by command', () => {
  const { folder, remove } = outsideFolder();
  const ports = new Map<string, number>();
  const running = new Map<string, Service>();
  const seconds: string[] = [];
  let failed = false;
  let env: Environment = {};
  let cwd = path.join(folder, 'empty');

  /** All that CI does otherwise than a reader: the ports. */
  const substitute = (text: string): string => {
    const at = (port: string): number => ports.get(port) ?? 0;
    return text
      .replace('run registry', `run registry --port ${at('4873')}`)
      .replace('npm start', `npm start -- --bind 127.0.0.1:${at('3220')}`)
      .replace('npx chatd', `npx chatd --bind 127.0.0.1:${at('3220')}`)
      .replace('stand-in.mjs 8000', `stand-in.mjs ${at('8000')}`)
      .replaceAll(
        /(localhost|127\.0\.0\.1):(4873|8000|3220)/g,
        (_, host, port: string) => `${host}:${at(port)}`,
      );
  };

  beforeAll(async () => {
    mkdirSync(cwd);
    for (const port of Object.keys(services)) ports.set(port, await freePort());
    env = { ...npmEnvironment(folder, `http://127.0.0.1:${ports.get('4873')}`), REPOSITORY: root };
  });
  afterAll(async () => {
    for (const service of running.values()) await service.end();
    remove();
    console.log(`docs/write-a-provider.md, seconds:\n${seconds.join('\n')}`);
  });

  it('has commands, and each thing that must be printed belongs to one', () => {
    expect(blocks.length).toBeGreaterThan(5);
    for (const [command] of printed)
      expect(
        blocks.some(({ text }) => command.test(text)),
        `${command}`,
      ).toBe(true);
  });

  it.each(blocks)('$title', async ({ title, text, port }) => {
    expect(failed, 'an earlier command failed').toBe(false);
    failed = true; // until it has not
    const command = substitute(text);
    const startedAt = performance.now();
    if (port === undefined) {
      const script = `${command}\npwd > '${folder}/cwd'`;
      const { status, stdout, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', script], {
        cwd,
        env,
        encoding: 'utf8',
        timeout: mostMs,
      });
      expect(status, `${stdout}${stderr}`).toBe(0);
      for (const [what, output] of printed) if (what.test(text)) expect(`${stdout}${stderr}`).toMatch(output);
      cwd = readFileSync(`${folder}/cwd`, 'utf8').trim();
    } else {
      await running.get(port)?.end();
      running.set(port, await startService(command, { cwd, env, port: ports.get(port) ?? 0 }));
    }
    failed = false;
    seconds.push(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)}  ${title}`);
  });
});
