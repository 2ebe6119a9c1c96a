// What a reply must hold. A gateway that is quick because it answers wrongly must not look good.
import { mark, plainText } from '../stand-in/texts.mjs';

/** How the end of a stream looks in each protocol. */
const terminals = {
  openai: 'data: [DONE]',
  native: '"type":"response_end"',
  ollama: '"done":true',
};

const countIn = (text, part) => {
  let count = 0;
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) count += 1;
  return count;
};

/** Checks a whole answer: `text` must be in it, and it must be JSON to its end. */
const createWholeCheck = ({ size }) => {
  const expected = plainText(size);
  let pieces = [];
  return {
    begin() {
      pieces = [];
    },
    take(bytes) {
      pieces.push(bytes.latin1Slice());
    },
    /** What is wrong, or undefined. */
    end(status) {
      const text = pieces.length === 1 ? pieces[0] : pieces.join('');
      if (status !== 200) return `status ${status}: ${text.slice(0, 200)}`;
      if (!text.includes(expected)) return `the answer's text is missing: ${text.slice(0, 200)}`;
      return text.trimEnd().endsWith('}') ? undefined : 'the JSON has no end';
    },
  };
};

/** Checks a stream: so many chunks, then its terminal. `onChunks` is told of chunks as they come, with their line. */
const createStreamCheck = ({ chunks, protocol }, onChunks) => {
  const terminal = terminals[protocol];
  let rest = '';
  let found = 0;
  let ended = false;
  let start = '';
  return {
    begin() {
      rest = '';
      start = '';
      found = 0;
      ended = false;
    },
    take(bytes) {
      const text = rest + bytes.latin1Slice();
      if (start === '') start = text.slice(0, 200);
      const end = text.lastIndexOf('\n') + 1; // events are lines: nothing is counted before its line is complete
      rest = text.slice(end);
      const lines = text.slice(0, end);
      const count = countIn(lines, mark);
      if (lines.includes(terminal)) ended = true;
      if (count > 0) {
        found += count;
        onChunks?.(lines);
      }
    },
    end(status) {
      if (status !== 200) return `status ${status}: ${start}`;
      if (found !== chunks) return `${found} chunks in place of ${chunks}`;
      return ended ? undefined : 'the stream has no terminal';
    },
  };
};

/** A check for the replies of one connection. */
export const createCheck = (expect, onChunks) =>
  expect.stream ? createStreamCheck(expect, onChunks) : createWholeCheck(expect);

/** When the chunks in some lines were sent, where they are stamped. */
export const stampsIn = (lines) => [...lines.matchAll(/_w_(\d+\.\d{3});/g)].map(([, stamp]) => Number(stamp));
