import { ChatError } from '@lakehouse/chat-core';
import type { Request } from 'express';

const header = 'x-chatd-delivery';

/** Whether a caller wants its streamed answer held until it is complete. Throws `invalid-request`. */
export const wantsBuffered = ({ headers }: Pick<Request, 'headers'>): boolean => {
  const asked = headers[header];
  if (asked === undefined || asked === 'stream') return false;
  if (asked === 'buffered') return true;
  throw new ChatError('invalid-request', `The header ${header} must be "stream" or "buffered"`, {
    path: header,
  });
};
