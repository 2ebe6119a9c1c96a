// Reads replies of HTTP/1.1 from bytes that may be cut anywhere. As little as a load generator needs.

const lineEnd = '\r\n';
const headEnd = '\r\n\r\n';

/**
 * `push` takes bytes of one connection; the handler is told `onStatus(status)`, `onBody(bytes)` and `onEnd()` of one
 * reply after the other. Throws for what is no reply with a length or in chunks.
 */
export const createReplyParser = (handler) => {
  let state = 'head';
  let held; // bytes of an unfinished head or line
  let left = 0; // bytes of the body or the chunk that are still to come

  const finish = () => {
    state = 'head';
    handler.onEnd();
  };

  const texts = {
    head(text) {
      if (!text.startsWith('HTTP/1.1 ')) throw new Error(`no reply of HTTP/1.1: ${text.slice(0, 80)}`);
      handler.onStatus(Number(text.slice(9, 12)));
      const length = /\r\ncontent-length: *(\d+)/i.exec(text);
      if (length) {
        left = Number(length[1]);
        state = 'length';
        if (left === 0) finish();
      } else if (/\r\ntransfer-encoding: *chunked/i.test(text)) state = 'size';
      else throw new Error('a reply with neither a length nor chunks');
    },
    size(text) {
      left = Number.parseInt(text, 16);
      if (Number.isNaN(left)) throw new Error(`no size of a chunk: ${text.slice(0, 20)}`);
      state = left === 0 ? 'trailer' : 'chunk';
    },
    afterChunk() {
      state = 'size';
    },
    trailer(text) {
      if (text === '') finish();
    },
  };

  const takeBody = (bytes, at) => {
    const next = Math.min(bytes.length, at + left);
    handler.onBody(bytes.subarray(at, next));
    left -= next - at;
    if (left > 0) return next;
    if (state === 'length') finish();
    else state = 'afterChunk';
    return next;
  };

  const takeText = (bytes, at) => {
    const end = state === 'head' ? headEnd : lineEnd;
    const before = held?.length ?? 0;
    const source = held ? Buffer.concat([held, bytes.subarray(at)]) : bytes.subarray(at);
    const found = source.indexOf(end);
    if (found === -1) {
      held = Buffer.from(source); // a copy: the socket's buffer would be kept alive
      return bytes.length;
    }
    held = undefined;
    texts[state](source.latin1Slice(0, found));
    return at + found + end.length - before;
  };

  return {
    push(bytes) {
      for (let at = 0; at < bytes.length; ) {
        at = state === 'length' || state === 'chunk' ? takeBody(bytes, at) : takeText(bytes, at);
      }
    },
  };
};
