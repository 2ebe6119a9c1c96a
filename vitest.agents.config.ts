import { defineConfig } from 'vitest/config';
import { askedAgents } from './e2e/agents/agents.js';

// Command-line agents of others, in front of the built chatd: `pnpm test:agents`, see e2e/agents/README.md.
export default defineConfig({
  ssr: { resolve: { conditions: ['@lakehouse/source', 'module', 'node', 'development|production'] } },
  test: {
    include: askedAgents(process.env).map((name) => `e2e/agents/${name}.test.ts`),
    passWithNoTests: true, // where none is asked for
    reporters: ['default', './scripts/vitest-closing-line.mjs'],
    testTimeout: 120_000,
    fileParallelism: false,
  },
});
