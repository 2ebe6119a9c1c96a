import type { ChatWarning } from '@lakehouse/chat-core';

/** What of a request could not be taken over as it stands. */
export interface DropReport {
  readonly warnings: readonly ChatWarning[];
  /** `parameter` is a path in the body. */
  drop(parameter: string, reason: string): void;
  change(parameter: string, message: string): void;
}

/** More than these are only counted, so that a hostile body cannot make an answer of any size. */
const mostWarnings = 16;

export const createDropReport = (): DropReport => {
  const found: ChatWarning[] = [];
  let more = 0;
  const add = (warning: ChatWarning): void => {
    if (found.length < mostWarnings) found.push(warning);
    else more += 1;
  };
  return {
    get warnings() {
      const message = `${more} more parameters were left out`;
      return more === 0 ? found : [...found, { code: 'parameter-dropped' as const, message }];
    },
    drop: (parameter, reason) =>
      add({ code: 'parameter-dropped', parameter, message: `${parameter} was left out: ${reason}` }),
    change: (parameter, message) => add({ code: 'parameter-changed', parameter, message }),
  };
};
