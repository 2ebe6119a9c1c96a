import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { documentedBlock } from '../support/documented-client.js';
import { type ClientLab, startClientLab } from './support.js';

const run = promisify(execFile);

/** Where the SDKs are installed. */
const cwd = path.resolve(import.meta.dirname, '..');

let lab: ClientLab;
beforeAll(async () => {
  lab = await startClientLab();
});
afterAll(() => lab.close());

it.each(['OpenAI SDK', 'Anthropic SDK', "Ollama's libraries", 'AI SDK', 'LangChain'])(
  'the code for %s in docs/clients.md prints an answer',
  async (heading) => {
    const code = documentedBlock(heading, { url: lab.url, model: 'local/text' });
    const parameters = ['--input-type=module', '--eval', code];
    const { stdout } = await run(process.execPath, parameters, { cwd, env: { PATH: process.env.PATH } });
    expect(stdout).toBe('Good day, Grüße 👋.\n');
  },
);
