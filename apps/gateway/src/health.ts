import type { RequestHandler } from 'express';
import type { Drain } from './drain.js';
import { sendFailure } from './failure.js';

/** Alive as long as it answers. */
export const healthz: RequestHandler = (_request, response) => {
  response.json({ status: 'ok' });
};

const isAnswering = async (url: URL, timeout: number): Promise<boolean> => {
  try {
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(timeout) });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false; // refused, reset or silent: all the same to whoever asks
  }
};

/** Ready while chatd answers its own readiness check and the gateway is not stopping. */
export const createReadyz = (chatdUrl: URL, drain: Drain, timeout = 1_000): RequestHandler => {
  const base = chatdUrl.href.replace(/\/$/, '');
  const url = new URL(`${base}/readyz`);
  return async (_request, response) => {
    if (drain.isDraining) {
      sendFailure(response, { code: 'overloaded', message: 'the gateway is stopping' });
    } else if (await isAnswering(url, timeout)) {
      response.json({ status: 'ready' });
    } else {
      sendFailure(response, { code: 'unreachable', status: 503, message: 'chatd does not answer /readyz' });
    }
  };
};
