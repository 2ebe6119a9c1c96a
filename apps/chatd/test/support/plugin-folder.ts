import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder with the given files, removed after the test. */
export const folderWith = (files: Readonly<Record<string, string>>): string => {
  const folder = mkdtempSync(path.join(tmpdir(), 'chatd-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
};

/** A plugin in plain JavaScript without any import: it echoes the last message, with an option `greeting`. */
export const echoPlugin = `
const options = { '~standard': { version: 1, vendor: 'test', validate: (value) =>
  typeof value.greeting === 'number'
    ? { issues: [{ message: 'expected a string', path: ['greeting'] }] }
    : { value } } };
export default {
  specificationVersion: 'v1', name: 'echo', options,
  create: ({ greeting = '' }, host) => ({
    specificationVersion: 'v1', id: host.id,
    capabilities: { tools: false, toolChoice: false, images: false, files: false, reasoning: false,
      structuredOutput: 'none', embeddings: false },
    async *stream(request) {
      yield { type: 'response-start', model: request.model };
      yield { type: 'text-delta', delta: greeting + request.messages.at(-1).content };
      yield { type: 'response-end', finishReason: 'stop' };
    },
  }),
};
`;
