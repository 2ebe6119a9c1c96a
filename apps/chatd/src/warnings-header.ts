import { ChatError, type ChatWarning } from '@lakehouse/chat-core';
import type { Response } from 'express';

/** Headers are read by proxies, which take some kilobytes of all of them: at most so many warnings, and characters. */
const most = 16;
const mostCharacters = 4096;

const toAscii = (text: string): string =>
  text.replace(/[^\x20-\x7e]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);

const shortened = ({ code, parameter, message }: ChatWarning) => ({
  code,
  ...(parameter !== undefined && { parameter: parameter.slice(0, 100) }),
  message: message.slice(0, 200),
});

/** Says in a header, as JSON in ASCII, what was dropped or changed: most fronts have no place for it in their body. */
export const setWarningsHeader = (response: Response, warnings: readonly ChatWarning[]): void => {
  if (warnings.length === 0 || response.headersSent) return;
  const texts = warnings.slice(0, most).map((warning) => toAscii(JSON.stringify(shortened(warning))));
  let left = mostCharacters;
  const fitting = texts.filter((text) => {
    left -= text.length + 1;
    return left > 0;
  });
  response.setHeader('x-chatd-warnings', `[${fitting.join(',')}]`);
};

/** A strict request is refused for what would be dropped; another target is asked only where that one may take it. */
export const refuseDropped = (
  warnings: readonly ChatWarning[],
  { reroutable }: { readonly reroutable: boolean } = { reroutable: false },
): void => {
  const [dropped] = warnings;
  if (!dropped) return;
  throw new ChatError('unsupported', dropped.message, {
    reroutable,
    ...(dropped.parameter !== undefined && { path: dropped.parameter }),
  });
};
