import { defineConfig } from 'vitest/config';

// What a release needs beyond the tests: slower, and on what is packed rather than on the sources.
export default defineConfig({
  test: {
    include: ['e2e/release/**/*.test.ts'],
    reporters: ['default', './scripts/vitest-closing-line.mjs'],
    testTimeout: 240_000,
    hookTimeout: 240_000,
    fileParallelism: false,
  },
});
