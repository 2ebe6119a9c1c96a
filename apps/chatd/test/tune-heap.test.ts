import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);

it.each([
  ['collects everything in a pause', '', true],
  ['in a service does not', 'tuneHeap();', false],
])('V8 %s', async (_, tune, collects) => {
  const script = `
    import { tuneHeap } from '${new URL('../src/tune-heap.ts', import.meta.url).href}';
    ${tune}
    const kept = Array.from({ length: 200_000 }, (_, index) => ({ index }));
    setTimeout(() => kept, 1_000);
  `;
  // V8 looks a moment after its last collection whether this is a pause, and either collects or waits for one.
  const options = ['--gc-memory-reducer-start-delay-ms=100', '--trace-memory-reducer'];
  const { stdout } = await run(process.execPath, [...options, '--input-type=module', '--eval', script]);
  expect(stdout).toMatch(/Memory reducer: (low|high) alloc/);
  expect(/waiting|started/.test(stdout)).toBe(collects);
});
