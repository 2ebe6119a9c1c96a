import type { Readable, Writable } from 'node:stream';
import { isCancel, select, text } from '@clack/prompts';
import { type Protocol, protocols } from './answers.js';
import type { Questions } from './complete.js';

/** Ctrl+C at a question. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

const answered = <Answer>(answer: Answer): Exclude<Answer, symbol> => {
  if (isCancel(answer)) throw new Cancelled('nothing was made');
  return answer as Exclude<Answer, symbol>;
};

/** Asks the person at the terminal. Its questions throw `Cancelled` when they leave. */
export const createTerminal = (streams: { input?: Readable; output?: Writable } = {}): Questions => ({
  text: async (message, initialValue, defectOf) => {
    const validate = (answer = ''): string | undefined => defectOf(answer);
    return answered(await text({ message, initialValue, validate, ...streams })) ?? '';
  },
  protocol: async (message) => {
    const values = Object.keys(protocols) as Protocol[];
    const options = values.map((value) => ({ value, label: protocols[value] }));
    return answered(await select<Protocol>({ message, options, ...streams }));
  },
});
