import { ChatError, type ChatWarning } from '@lakehouse/chat-core';

/** More warnings than these are only counted, so that a hostile body cannot make an answer of any size. */
const mostWarnings = 16;

/** Collects what of a body could not be taken over. */
export interface Notes {
  /** The field at `path` was left out. */
  drop(path: string, why: string): void;
  /** The field at `path` was taken over as something else. */
  change(path: string, what: string): void;
  list(): readonly ChatWarning[];
}

export const createNotes = (): Notes => {
  const warnings: ChatWarning[] = [];
  let more = 0;
  const add = (warning: ChatWarning): void => {
    if (warnings.length < mostWarnings) warnings.push(warning);
    else more += 1;
  };
  return {
    drop: (parameter, why) =>
      add({ code: 'parameter-dropped', parameter, message: `${parameter} was left out: ${why}` }),
    change: (parameter, what) =>
      add({ code: 'parameter-changed', parameter, message: `${parameter}: ${what}` }),
    list: () =>
      more === 0
        ? warnings
        : [...warnings, { code: 'parameter-dropped', message: `${more} more fields were left out` }],
  };
};

/** Refuses what cannot be left out, because the answer would be another one. */
export const refuse = (path: string, why: string): never => {
  throw new ChatError('unsupported', `${path}: ${why}`, { path, reroutable: false });
};

/** Refuses what no model could make sense of. */
export const reject = (path: string, why: string): never => {
  throw new ChatError('invalid-request', `${path}: ${why}`, { path });
};
