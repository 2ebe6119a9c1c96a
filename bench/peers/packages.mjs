// Who can be compared with, and at which version. Each is installed on request into a folder of its own.
import { existsSync } from 'node:fs';
import path from 'node:path';

export const packages = {
  portkey: {
    install: ['@portkey-ai/gateway@1.15.2'],
    // With newer ones every stream is answered 500.
    overrides: { hono: '4.6.20', '@hono/node-server': '1.13.8' },
    entry: '@portkey-ai/gateway/build/start-server.js',
  },
  llms: { install: ['@musistudio/llms@1.0.53'], entry: '@musistudio/llms/dist/cjs/server.cjs' },
  'ai-sdk': {
    install: ['ai@7.0.173', '@ai-sdk/openai-compatible@3.0.92'],
    entry: 'ai/package.json',
  },
  openai: { install: ['openai@7.57.0'], entry: 'openai/package.json' },
};

/** Where a peer is installed. */
export const folderOf = (name) => path.resolve(import.meta.dirname, '../.peers', name);

/** The file of a peer that its presence is told by. */
export const entryOf = (name) => path.join(folderOf(name), 'node_modules', packages[name].entry);

export const isInstalled = (name) => existsSync(entryOf(name));
