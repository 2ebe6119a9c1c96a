/**
 * A plugin in plain JavaScript that tells which process answers: the text is what it `says`, a space and the process's id.
 * The model's name is for how many milliseconds the stream then stays open. It can be created only so many `times`, in
 * whatever processes, because each takes a file of its own; where it `ends`, its creation ends the process.
 */
export const pidPlugin = `
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
const options = { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } };
const take = (name, times) => {
  for (let number = 0; number < times; number += 1) {
    try {
      writeFileSync(path.join(import.meta.dirname, name + '.' + number), '', { flag: 'wx' });
      return;
    } catch {}
  }
  throw new Error('it was created ' + times + ' times already');
};
export default {
  specificationVersion: 'v1', name: 'pid', options,
  create: ({ says = 'pid', times, ends }, host) => {
    if (times !== undefined) take(says, times);
    if (ends) process.exit(7);
    return {
      specificationVersion: 'v1', id: host.id,
      capabilities: { tools: false, toolChoice: false, images: false, files: false, reasoning: false,
        structuredOutput: 'none', embeddings: false },
      async *stream({ model }, { signal }) {
        yield { type: 'response-start', model };
        yield { type: 'text-delta', delta: says + ' ' + process.pid };
        await sleep(Number(model), undefined, { signal });
        yield { type: 'text-delta', delta: ' end' };
        yield { type: 'response-end', finishReason: 'stop' };
      },
    };
  },
};
`;
