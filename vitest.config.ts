import { globSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

// Tests import the workspace's sources (condition "@lakehouse/source"); what ships is tested by e2e and by every
// test that starts `dist/main.js` in a process of its own.
const conditions = ['@lakehouse/source', 'module', 'node', 'development|production'];

export default defineConfig({
  ssr: { resolve: { conditions, externalConditions: ['@lakehouse/source'] } },
  test: {
    testTimeout: 30_000, // a busy machine is slow, not wrong
    maxWorkers: '100%', // the default leaves one core out, which on two cores is half of the machine
    reporters: ['default', './scripts/vitest-closing-line.mjs'],
    coverage: { provider: 'v8', include: ['{packages,apps}/*/src/**/*.ts'], reporter: ['text-summary'] },
    projects: globSync(['packages/*', 'apps/*', 'e2e', 'bench'])
      .filter((root) => globSync(`${root}/package.json`).length > 0)
      .map((root) => ({
        extends: true,
        root,
        test: {
          name: root,
          include: ['{src,test,clients,templates}/**/*.test.ts'],
          // Time limits between processes are met while no property test uses a whole core beside them.
          ...(root === 'e2e' && { sequence: { groupOrder: 1 } }),
        },
      })),
  },
});
