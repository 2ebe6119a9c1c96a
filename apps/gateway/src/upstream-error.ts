import type { Failure } from './failure.js';

/** A time limit that chatd did not keep; the connection is destroyed with it. */
export class UpstreamTimeout extends Error {
  readonly phase: 'connect' | 'idle';

  constructor(phase: 'connect' | 'idle') {
    super(`chatd kept silent too long (${phase})`);
    this.name = 'UpstreamTimeout';
    this.phase = phase;
  }
}

/** What went wrong between here and chatd, for the client: its address stays inside. */
export const toFailure = (error: unknown): Failure => {
  if (error instanceof UpstreamTimeout) {
    const { phase } = error;
    const what = phase === 'connect' ? 'could not be reached' : 'sent nothing';
    return { code: 'timeout', phase, message: `chatd ${what} within the gateway's ${phase}_timeout` };
  }
  const { code = 'unknown error' } = error as NodeJS.ErrnoException;
  if (code.startsWith('HPE_') || code.startsWith('ERR_')) {
    return { code: 'bad-response', message: `chatd's answer is not valid HTTP (${code})` };
  }
  return { code: 'unreachable', message: `chatd is not reachable (${code})` };
};
