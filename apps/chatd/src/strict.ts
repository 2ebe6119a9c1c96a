import { ChatError } from '@lakehouse/chat-core';
import type { Request } from 'express';
import type { ChatdConfig } from './config.js';

const header = 'x-chatd-strict';

/** Whether what a provider cannot do is refused rather than dropped with a warning. Throws `invalid-request`. */
export const wantsStrict = (
  { headers }: Pick<Request, 'headers'>,
  { strict }: Pick<ChatdConfig, 'strict'>,
): boolean => {
  const asked = headers[header];
  if (asked === undefined) return strict;
  if (asked === '1' || asked === '0') return asked === '1';
  throw new ChatError('invalid-request', `The header ${header} must be "1" or "0"`, { path: header });
};
