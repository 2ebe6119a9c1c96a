import { readFileSync } from 'node:fs';

/**
 * A plugin in plain JavaScript that writes down what happens to it, a line each in the file `journal`. It answers with
 * what it `says`, as many times as the model's name tells, 20 ms apart; `create_ms` and `unwind_ms` make it slow.
 */
export const journalPlugin = `
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
const options = { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } };
export default {
  specificationVersion: 'v1', name: 'journal', options,
  create: async ({ journal, says, create_ms = 0, unwind_ms = 0 }, host) => {
    const note = (what) => appendFileSync(journal, says + ' ' + what + '\\n');
    note('begun');
    await sleep(create_ms);
    note('created');
    let open = true;
    return {
      specificationVersion: 'v1', id: host.id,
      capabilities: { tools: false, toolChoice: false, images: false, files: false, reasoning: false,
        structuredOutput: 'none', embeddings: false },
      async *stream({ model }, { signal }) {
        note('asked');
        try {
          yield { type: 'response-start', model };
          for (let index = 0; index < Number(model); index += 1) {
            if (index > 0) await sleep(20, undefined, { signal });
            if (!open) throw new Error('it was closed');
            yield { type: 'text-delta', delta: says };
          }
          yield { type: 'response-end', finishReason: 'stop' };
        } finally {
          await sleep(unwind_ms);
          note('unwound');
        }
      },
      models: async () => {
        note('listed');
        await sleep(200);
        return open ? [{ id: says }] : [];
      },
      close: async () => {
        open = false;
        note('closed');
      },
    };
  },
};
`;

/** The lines so far; none while there is no file. */
export const readJournal = (file: string): readonly string[] => {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};
