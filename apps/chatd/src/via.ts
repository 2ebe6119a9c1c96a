import { ChatError } from '@lakehouse/chat-core';
import type { Request } from 'express';

const header = 'x-chatd-via';
const entry = /^[A-Za-z0-9._-]{1,64}$/;
const mostHosts = 8;

const refuse = (what: string): ChatError =>
  new ChatError(
    'unsupported',
    `${what}. A loop of services calls itself without end: look at the url of the providers under [chatd.providers] that lead to another chatd, here and there`,
    { status: 508, path: header },
  );

/**
 * The services that a call has passed through, this one last. Throws `invalid-request` for a header that is malformed, and
 * `unsupported` with the status 508 for one that shows a loop, or more services than any chain needs.
 */
export const readVia = ({ headers }: Pick<Request, 'headers'>, ownId: string): readonly string[] => {
  const value = headers[header];
  const before = typeof value === 'string' ? value.split(',').map((id) => id.trim()) : [];
  if (!before.every((id) => entry.test(id))) {
    const rule = 'ids of at most 64 letters, digits, ".", "_" or "-", separated by commas';
    throw new ChatError('invalid-request', `The header ${header} must hold ${rule}`, { path: header });
  }
  if (before.includes(ownId)) throw refuse(`This request has passed through this chatd before (${header})`);
  if (before.length > mostHosts) {
    throw refuse(`This request has passed through more than ${mostHosts} services (${header})`);
  }
  return [...before, ownId];
};
