import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const own = path.dirname(fileURLToPath(import.meta.resolve('@lakehouse/provider-llama-cpp/package.json')));
const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-peer-'));
const modules = path.join(folder, 'node_modules');

/** The built package as somebody has it who has not installed its peer: without a way to the workspace's own. */
beforeAll(() => {
  const copy = path.join(modules, '@lakehouse/provider-llama-cpp');
  mkdirSync(copy, { recursive: true });
  for (const part of ['dist', 'package.json']) {
    cpSync(path.join(own, part), path.join(copy, part), { recursive: true });
  }
  for (const name of ['chat-core', 'provider-utils']) {
    symlinkSync(path.join(own, '..', name), path.join(modules, '@lakehouse', name));
  }
  symlinkSync(path.join(own, 'node_modules/zod'), path.join(modules, 'zod'));
});
afterAll(() => rmSync(folder, { recursive: true }));

it('a GGUF model without node-llama-cpp says what to install, and its import does no harm', async () => {
  writeFileSync(
    path.join(folder, 'ask.mjs'),
    `import { chat, createCallContext } from '@lakehouse/chat-core';
import { createLlamaCpp } from '@lakehouse/provider-llama-cpp';
const provider = createLlamaCpp({ model: import.meta.filename });
const request = { model: 'ask.mjs', messages: [{ role: 'user', content: 'Hi' }] };
const failed = (error) => ({ code: error.code, message: error.message });
const call = await chat(provider, request).catch(failed);
const models = await provider.models(createCallContext()).catch(failed);
const availability = await provider.availability(createCallContext());
process.stdout.write(JSON.stringify({ call, models, availability }));
`,
  );
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['ask.mjs'], { cwd: folder });
  expect(stderr).toBe('');
  const { call, models, availability } = JSON.parse(stdout) as Record<string, { readonly message: string }>;
  expect(call).toMatchObject({
    code: 'provider-unavailable',
    message: expect.stringMatching(
      /^llama-cpp: the package node-llama-cpp is not installed\. Beside this package: npm install --omit=optional --ignore-scripts node-llama-cpp/,
    ),
  });
  expect(models).toEqual(call);
  expect(availability).toEqual({ available: false, detail: call?.message });
});
