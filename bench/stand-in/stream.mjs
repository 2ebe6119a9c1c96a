import { once } from 'node:events';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { now } from '../lib/clock.mjs';

/**
 * Writes a stream chunk by chunk: one in a turn of the event loop, or one in `delay` milliseconds. A reader that takes
 * nothing is waited for, so that what is held for it is held by whoever stands between.
 */
export const writeStream = async (response, protocol, body, { chunks, delay, size, stamp }) => {
  response.writeHead(200, ['content-type', protocol.streamType]);
  for (let index = 0; index < chunks; index += 1) {
    if (index > 0) await (delay > 0 ? sleep(delay) : nextTurn());
    if (response.destroyed) return;
    const chunk = stamp ? protocol.stampedChunk(size, now()) : protocol.chunkBytes(size);
    if (!response.write(chunk)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
  }
  if (!response.destroyed) response.end(protocol.end(body));
};
